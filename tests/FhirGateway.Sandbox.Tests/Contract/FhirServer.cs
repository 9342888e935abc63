using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using FhirGateway.Testing;

namespace FhirGateway.Sandbox.Tests.Contract;

/// <summary>A FHIR server under test, spoken to over HttpClient whatever it is.</summary>
public sealed class FhirServer(HttpClient client, string baseUrl)
{
    private static readonly SocketsHttpHandler Network = new();

    public string BaseUrl => baseUrl;

    public static FhirServer Sandbox()
    {
        const string Address = "http://sandbox.test/fhir";
        return new FhirServer(new HttpClient(new SandboxHandler(new SandboxServer(TimeProvider.System), Address)), Address);
    }

    /// <summary>
    /// The HAPI FHIR server that others use too: every test has identifiers of its own, and is skipped where there is no such server.
    /// </summary>
    public static FhirServer Hapi() => new(new HttpClient(Network, disposeHandler: false), Requirements.HapiOrSkip());

    public Task<Reply> Get(string path, params (string Name, string Value)[] headers) => Send("GET", path, null, headers);

    public Task<Reply> Post(string path, string body, params (string Name, string Value)[] headers) => Send("POST", path, body, headers);

    public Task<Reply> Put(string path, string body, params (string Name, string Value)[] headers) => Send("PUT", path, body, headers);

    public Task<Reply> Patch(string path, string body, params (string Name, string Value)[] headers) => Send("PATCH", path, body, headers);

    public Task<Reply> Delete(string path) => Send("DELETE", path, null);

    /// <summary>Posts a bundle of the given entries, JSON each.</summary>
    public Task<Reply> Transact(params string[] entries) => Bundle("transaction", entries);

    public Task<Reply> Bundle(string type, params string[] entries) =>
        Post("", $$"""{"resourceType":"Bundle","type":"{{type}}","entry":[{{string.Join(',', entries)}}]}""");

    public async Task<Reply> Send(string method, string path, string? body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), Address(path));
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse("application/fhir+json");
        }

        foreach (var (name, value) in headers)
        {
            if (name != "Content-Type") request.Headers.TryAddWithoutValidation(name, value);
            else
            {
                request.Content!.Headers.Remove(name);
                if (value.Length > 0) request.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        using var response = await client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        var all = response.Headers.Concat(response.Content.Headers).ToDictionary(
            header => header.Key, header => string.Join(",", header.Value), StringComparer.OrdinalIgnoreCase);
        return new Reply((int)response.StatusCode, all, text.Length == 0 ? null : JsonNode.Parse(text)!.AsObject());
    }

    private string Address(string path) =>
        path.StartsWith("http", StringComparison.Ordinal) ? path
        : path.Length == 0 || path[0] is '?' ? baseUrl + path
        : $"{baseUrl}/{path}";
}

/// <summary>What a server answered.</summary>
public sealed record Reply(int Status, IReadOnlyDictionary<string, string> Headers, JsonObject? Body)
{
    public string Type => Text("resourceType");

    public string Id => Text("id");

    /// <summary>What the first issue of an OperationOutcome says.</summary>
    public string Diagnostics => (string?)Body?["issue"]?[0]?["diagnostics"] ?? "";

    public int Total => (int)Body!["total"]!;

    /// <summary>The resources of a bundle.</summary>
    public IReadOnlyList<JsonObject> Resources => [.. Entries.Select(entry => entry["resource"]).OfType<JsonObject>()];

    public IReadOnlyList<JsonObject> Entries => [.. (Body?["entry"] as JsonArray ?? []).OfType<JsonObject>()];

    /// <summary>The status codes of an answering bundle's entries.</summary>
    public IReadOnlyList<string> Statuses => [.. Entries.Select(entry => ((string)entry["response"]!["status"]!)[..3])];

    /// <summary>Type/id of what an entry of an answering bundle made.</summary>
    public string Location(int entry) => string.Join('/', ((string)Entries[entry]["response"]!["location"]!).Split('/')[..2]);

    public string? Link(string relation) =>
        (string?)(Body?["link"] as JsonArray)?.FirstOrDefault(link => (string?)link!["relation"] == relation)?["url"];

    public string Text(string name) => (string?)Body?[name] ?? "";
}
