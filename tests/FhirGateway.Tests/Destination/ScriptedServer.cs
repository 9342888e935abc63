using System.Net;
using System.Text;
using System.Text.Json;
using FhirGateway.Destination;

namespace FhirGateway.Tests.Destination;

/// <summary>A FHIR server that answers as a test says, and remembers what it was asked.</summary>
internal sealed class ScriptedServer(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
{
    private readonly Lock _lock = new();
    private readonly List<string> _requests = [];

    /// <summary>Method and path with query of every request, decoded.</summary>
    public IReadOnlyList<string> Requests
    {
        get
        {
            lock (_lock) return [.. _requests];
        }
    }

    public static HttpResponseMessage Json(int status, string? json = null, params (string Name, string Value)[] headers)
    {
        var response = new HttpResponseMessage((HttpStatusCode)status);
        if (json is not null) response.Content = new StringContent(json, Encoding.UTF8, "application/fhir+json");
        foreach (var (name, value) in headers) response.Headers.TryAddWithoutValidation(name, value);
        return response;
    }

    /// <summary>A search result with so many resources that are exactly what is asked for.</summary>
    public static HttpResponseMessage Matches(HttpRequestMessage request, int count)
    {
        var condition = Condition.Parse($"{request.RequestUri!.Segments[^1]}{request.RequestUri.Query}")!;
        var named = condition.Query.FirstOrDefault(parameter => parameter.Name == "identifier").Value?.Split('|') ?? ["", ""];
        return Json(200, JsonSerializer.Serialize(new
        {
            resourceType = "Bundle",
            type = "searchset",
            entry = Enumerable.Range(1, count).Select(id => new
            {
                resource =
                    new { resourceType = condition.Type, id = $"{id}", identifier = new[] { new { system = named[0], value = named[^1] } } },
                search = new { mode = "match" },
            }),
        }));
    }

    public static HttpResponseMessage Outcome(int status, string text = "because") => Json(status, $$"""
        { "resourceType": "OperationOutcome", "issue": [ { "severity": "error", "code": "processing", "diagnostics": "{{text}}" } ] }
        """);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _requests.Add($"{request.Method} {Uri.UnescapeDataString(request.RequestUri!.PathAndQuery)}");
            return Task.FromResult(answer(request));
        }
    }
}
