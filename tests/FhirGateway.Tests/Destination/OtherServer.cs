using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using FhirGateway.Destination;

namespace FhirGateway.Tests.Destination;

/// <summary>A real FHIR server that tests deliver to: what lies on it, and what is put there.</summary>
internal sealed class OtherServer(Uri baseUrl) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = new Uri(baseUrl.AbsoluteUri.TrimEnd('/') + "/") };

    public FhirClient Client => new(_http);

    /// <summary>What a gateway must be told to deliver to it.</summary>
    public Dictionary<string, string?> Settings(params (string Key, string? Value)[] more)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Gateway:Destination:BaseUrl"] = baseUrl.AbsoluteUri,
            ["Gateway:Destination:Sandbox"] = null,
            ["Gateway:Delivery:LongestWait"] = "00:00:00.2",
        };
        foreach (var (key, value) in more) settings[key] = value;
        return settings;
    }

    /// <summary>Creates a resource.</summary>
    /// <returns>Its id.</returns>
    public async Task<string> CreateAsync(string type, string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/fhir+json");
        using var answer = await _http.PostAsync(type, content);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
    }

    /// <summary>Creates a patient with the identifier, and an encounter of the same name that is hers.</summary>
    /// <returns>The patient's id.</returns>
    public async Task<string> AdmitAsync(string patient, string? encounter = null)
    {
        var id = await CreateAsync("Patient", $$"""
            { "resourceType": "Patient", "identifier": [ { "system": "{{RunningGateway.SystemOf("Patient")}}", "value": "{{patient}}" } ] }
            """);
        await CreateAsync("Encounter", $$"""
            { "resourceType": "Encounter", "status": "finished",
              "class": { "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB" }, "subject": { "reference": "Patient/{{id}}" },
              "identifier": [ { "system": "{{RunningGateway.SystemOf("Encounter")}}", "value": "{{encounter ?? patient}}" } ] }
            """);
        return id;
    }

    /// <summary>All resources of a type.</summary>
    public async Task<IReadOnlyList<JsonElement>> AllAsync(string type)
    {
        var answer = await Client.SearchAsync(type, [("_count", "500")]);
        Assert.True(answer.IsSuccess, Encoding.UTF8.GetString(answer.Bytes.Span));
        return answer.Body!.Value.TryGetProperty("entry", out var entries)
            ? [.. entries.EnumerateArray().Select(entry => entry.GetProperty("resource"))]
            : [];
    }

    /// <summary>Makes Medplum's next write of a type fail, as a server may that does entries one by one.</summary>
    public async Task FailOnceAsync(string type)
    {
        using var answer = await _http.PostAsJsonAsync("faults", new { failOnce = type });
        Assert.True(answer.IsSuccessStatusCode);
    }

    public Task DeleteAsync(string reference) => _http.DeleteAsync(reference);

    /// <summary>Every reference of a resource is literal and names what is there.</summary>
    public async Task AssertReferencesAreThereAsync(JsonElement resource)
    {
        foreach (var reference in ReferencesOf(resource))
        {
            var parts = reference.Split('/');
            Assert.True(parts.Length == 2 && !reference.Contains('?', StringComparison.Ordinal), reference);
            Assert.True((await Client.ReadAsync(parts[0], parts[1])).IsSuccess, reference);
        }
    }

    public static IEnumerable<string> ReferencesOf(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(property =>
            property.NameEquals("reference") && property.Value.ValueKind == JsonValueKind.String
                ? [property.Value.GetString()!]
                : ReferencesOf(property.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(ReferencesOf),
        _ => [],
    };

    public void Dispose() => _http.Dispose();
}
