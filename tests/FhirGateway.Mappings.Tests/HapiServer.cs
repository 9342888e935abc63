using System.Net;
using System.Text;
using System.Text.Json;
using FhirGateway.Fhir.Model;
using FhirGateway.Fhir.Serialization;
using FhirGateway.Testing;

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

    /// <summary>Sends a transaction and answers <c>Type/id/_history/version</c> per entry.</summary>
    public async Task<IReadOnlyList<string>> Send(Bundle bundle)
    {
        var content = new StringContent(FhirJsonSerializer.SerializeToString(bundle), Encoding.UTF8, "application/fhir+json");
        var response = await _http.PostAsync(Url(""), content);
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, body);
        return [.. JsonElement.Parse(body).GetProperty("entry").EnumerateArray().Select(e => e.GetProperty("response").GetProperty("location").GetString()!)];
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

    public void Dispose() => _http.Dispose();
}
