using System.Globalization;
using System.Text.Json.Nodes;
using FhirGateway.Sandbox.Store;
using FhirGateway.Sandbox.Writing;
using Hl7.Fhir.Model;

namespace FhirGateway.Sandbox.Serving;

/// <summary>Makes HTTP answers with the headers HAPI sends.</summary>
internal static class Answers
{
    private const string FhirJson = "application/fhir+json;charset=utf-8";

    /// <summary>An answer whose body the sandbox itself made.</summary>
    public static SandboxResponse Of(int status, Resource body, params (string Name, string Value)[] headers) =>
        WithBody(status, FhirBytes.Of(body), headers);

    /// <summary>A bundle with the stored resources of its entries; null for an entry without one.</summary>
    public static SandboxResponse Of(Bundle bundle, IReadOnlyList<JsonNode?> resources, params (string Name, string Value)[] headers) =>
        WithBody(200, FhirBytes.Of(bundle, resources), headers);

    /// <summary>A stored resource, or 304 when the client has it already.</summary>
    public static SandboxResponse Stored(SandboxRequest request, ResourceVersion version)
    {
        var tag = request.Header("If-None-Match");
        var since = request.Header("If-Modified-Since");
        if ((tag is not null && EntityTag.Version(tag) == EntityTag.Version(version.ETag))
            || (tag is null && DateTimeOffset.TryParse(since, CultureInfo.InvariantCulture, out var time) && time >= version.LastUpdated))
        {
            return new SandboxResponse(304, new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase), default);
        }

        return WithBody(200, FhirBytes.Of(version.Content!.Value), Versioned(request, version));
    }

    /// <summary>The answer to a single write, as much of it as the client prefers (Prefer: return=…).</summary>
    public static SandboxResponse Written(SandboxRequest request, WriteOutcome outcome)
    {
        var headers = outcome.Version is { } version
            ? Versioned(request, version).Where(header => header.Name != "ETag" || request.Method is "POST" or "PUT").ToList()
            : [];
        if (request.Method == "POST") headers.Add(("Location", $"{request.BaseUrl}/{outcome.Version!.VersionedReference}"));
        if (request.Method == "DELETE") headers.RemoveAll(header => header.Name == "Last-Modified");
        var preferred = request.Header("Prefer") ?? "";
        if (preferred.Contains("return=minimal", StringComparison.OrdinalIgnoreCase))
        {
            return new SandboxResponse(outcome.Status, ByName(headers), default);
        }

        return request.Method == "DELETE" || preferred.Contains("return=OperationOutcome", StringComparison.OrdinalIgnoreCase)
            ? Of(outcome.Status, Outcomes.Of(outcome), [.. headers])
            : WithBody(outcome.Status, FhirBytes.Of(outcome.Version!.Content!.Value), headers);
    }

    public static SandboxResponse Failed(SandboxRequest request, SandboxException failure) => failure.Location is { } location
        ? Of(failure.Status, Outcomes.Of(failure), ("Location", $"{request.BaseUrl}/{location}"))
        : Of(failure.Status, Outcomes.Of(failure));

    private static SandboxResponse WithBody(int status, ReadOnlyMemory<byte> body, IEnumerable<(string Name, string Value)> headers)
    {
        var all = ByName(headers);
        all["Content-Type"] = FhirJson;
        return new SandboxResponse(status, all, body);
    }

    private static Dictionary<string, string> ByName(IEnumerable<(string Name, string Value)> headers) =>
        headers.ToDictionary(header => header.Name, header => header.Value, StringComparer.OrdinalIgnoreCase);

    private static (string Name, string Value)[] Versioned(SandboxRequest request, ResourceVersion version) =>
    [
        ("ETag", version.ETag),
        ("Content-Location", $"{request.BaseUrl}/{version.VersionedReference}"),
        ("Last-Modified", Instants.Http(version.LastUpdated)),
    ];
}
