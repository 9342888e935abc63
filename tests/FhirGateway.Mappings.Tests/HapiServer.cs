using System.Net;
using System.Text;
using System.Text.Json;
using FhirGateway.Mapping.Json;
using FhirGateway.Testing;
using Hl7.Fhir.Model;

namespace FhirGateway.Mappings.Tests;

/// <summary>The real server, as these tests need it.</summary>
public sealed class HapiServer : IDisposable
{
    private readonly HttpClient _http = new();

    private static string Url(string path) => $"{Requirements.Hapi}/{path}".TrimEnd('/');

    /// <summary>Creates a resource and answers it as stored.</summary>
    public async Task<JsonElement> Create(string type, string json)
    {
        var response = await _http.PostAsync(Url(type), new StringContent(json, Encoding.UTF8, "application/fhir+json"));
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.Created, body);
        return JsonElement.Parse(body);
    }

    /// <summary>
    /// Sends a transaction and answers <c>Type/id/_history/version</c> per entry. The first bundles on a fresh server race for the
    /// gateway's
    /// Device: who loses (409) sends again, as the gateway does.
    /// </summary>
    public async Task<IReadOnlyList<string>> Send(Bundle bundle)
    {
        const int mostRaces = 10;
        var json = ResourceJson.WritePretty(bundle);
        var (response, body) = await Post(json);
        for (var lost = 0; response.StatusCode == HttpStatusCode.Conflict && lost < mostRaces; lost++) (response, body) = await Post(json);
        Assert.True(response.StatusCode == HttpStatusCode.OK, body);
        return [.. JsonElement.Parse(body).GetProperty("entry").EnumerateArray().Select(
            e => e.GetProperty("response").GetProperty("location").GetString()!)];
    }

    private async Task<(HttpResponseMessage Response, string Body)> Post(string json)
    {
        var response = await _http.PostAsync(Url(""), new StringContent(json, Encoding.UTF8, "application/fhir+json"));
        return (response, await response.Content.ReadAsStringAsync());
    }

    /// <summary>The resources that have an identifier.</summary>
    public async Task<IReadOnlyList<JsonElement>> Find(string type, string system, string value)
    {
        var query = $"{type}?identifier={Uri.EscapeDataString(system)}%7C{Uri.EscapeDataString(value)}";
        using var request = new HttpRequestMessage(HttpMethod.Get, Url(query));
        request.Headers.Add("Cache-Control", "no-cache");
        var body = await (await _http.SendAsync(request)).Content.ReadAsStringAsync();
        var found = JsonElement.Parse(body);
        return found.TryGetProperty("entry", out var entries) ? [.. entries.EnumerateArray().Select(e => e.GetProperty("resource"))] : [];
    }

    /// <summary>The ids of what a search by standard parameters finds, on its first page of a hundred.</summary>
    public async Task<IReadOnlyList<string>> Search(string query)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Url($"{query}&_count=100"));
        request.Headers.Add("Cache-Control", "no-cache");
        using var response = await _http.SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, body);
        return JsonElement.Parse(body).TryGetProperty("entry", out var entries)
            ? [.. entries.EnumerateArray().Select(e => e.GetProperty("resource")).Select(
                r => $"{r.GetProperty("resourceType").GetString()}/{r.GetProperty("id").GetString()}")]
            : [];
    }

    public void Dispose() => _http.Dispose();
}
