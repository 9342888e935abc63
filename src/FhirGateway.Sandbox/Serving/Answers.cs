using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using FhirGateway.Sandbox.Store;
using FhirGateway.Sandbox.Writing;

namespace FhirGateway.Sandbox.Serving;

/// <summary>Makes HTTP answers with the headers HAPI sends.</summary>
internal static class Answers
{
    private const string FhirJson = "application/fhir+json;charset=utf-8";
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 256 };

    public static SandboxResponse Json(int status, JsonObject body, params (string Name, string Value)[] headers)
    {
        var all = headers.ToDictionary(header => header.Name, header => header.Value, StringComparer.OrdinalIgnoreCase);
        all["Content-Type"] = FhirJson;
        return new SandboxResponse(status, all, JsonSerializer.SerializeToUtf8Bytes(body, Plain));
    }

    public static SandboxResponse Resource(SandboxRequest request, ResourceVersion version)
    {
        var tag = request.Header("If-None-Match");
        var since = request.Header("If-Modified-Since");
        if ((tag is not null && EntityTag.Version(tag) == EntityTag.Version(version.ETag))
            || (tag is null && DateTimeOffset.TryParse(since, System.Globalization.CultureInfo.InvariantCulture, out var time) && time >= version.LastUpdated))
        {
            return new SandboxResponse(304, new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase), default);
        }

        return Json(200, version.Copy()!, Versioned(request, version));
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
            return new SandboxResponse(outcome.Status, headers.ToDictionary(header => header.Name, header => header.Value, StringComparer.OrdinalIgnoreCase), default);
        }

        return request.Method == "DELETE" || preferred.Contains("return=OperationOutcome", StringComparison.OrdinalIgnoreCase)
            ? Json(outcome.Status, OperationOutcomes.Of(outcome), [.. headers])
            : Json(outcome.Status, outcome.Version!.Copy()!, [.. headers]);
    }

    public static SandboxResponse Failed(SandboxRequest request, SandboxException failure) => failure.Location is { } location
        ? Json(failure.Status, OperationOutcomes.Of(failure), ("Location", $"{request.BaseUrl}/{location}"))
        : Json(failure.Status, OperationOutcomes.Of(failure));

    private static (string Name, string Value)[] Versioned(SandboxRequest request, ResourceVersion version) =>
    [
        ("ETag", version.ETag),
        ("Content-Location", $"{request.BaseUrl}/{version.VersionedReference}"),
        ("Last-Modified", Instants.Http(version.LastUpdated)),
    ];
}
