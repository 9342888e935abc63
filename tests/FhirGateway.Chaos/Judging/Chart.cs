using System.Text.Json;
using FhirGateway.Chaos.Vendors;

namespace FhirGateway.Chaos.Judging;

/// <summary>What lies on the FHIR server that notes were made into.</summary>
internal sealed record Chart(IReadOnlyList<Filed> Resources);

/// <summary>One resource that holds a note's text.</summary>
/// <param name="Reference">Its type and id.</param>
/// <param name="Source">The source in whose systems it is identified; null for none of the gateway's.</param>
/// <param name="Marker">Of the note whose text it holds.</param>
/// <param name="Patient">The identifier of the patient in whose chart it is; null for none that is known.</param>
/// <param name="Replaces">The documents that it says it replaces.</param>
internal sealed record Filed(
    string Type, string Reference, string? Source, string Marker, string? Patient, string? Status, IReadOnlyList<string> Replaces)
{
    private const string SystemStart = "urn:fhir-gateway:";

    /// <summary>The note in it; none for a resource that is none of a run's.</summary>
    /// <param name="patients">The identifier of each patient by its reference.</param>
    public static IEnumerable<Filed> Of(JsonElement resource, IReadOnlyDictionary<string, string> patients)
    {
        var type = resource.GetProperty("resourceType").GetString()!;
        foreach (var marker in Journal.MarkersIn(resource.GetRawText()))
        {
            var subject = Text(resource, "subject", "reference");
            yield return new Filed(
                type,
                $"{type}/{resource.GetProperty("id").GetString()}",
                SourceOf(resource),
                marker,
                subject is null ? null : patients.GetValueOrDefault(subject),
                Text(resource, "status"),
                [.. ReplacedBy(resource)]);
        }
    }

    // urn:fhir-gateway:{source}:{kind}
    private static string? SourceOf(JsonElement resource)
    {
        if (!resource.TryGetProperty("identifier", out var identifiers)) return null;
        var all = identifiers.ValueKind == JsonValueKind.Array ? identifiers.EnumerateArray().ToList() : [identifiers];
        return all.Select(identifier => Text(identifier, "system"))
            .Where(system => system?.StartsWith(SystemStart, StringComparison.Ordinal) == true)
            .Select(system => system![SystemStart.Length..].Split(':')[0])
            .FirstOrDefault();
    }

    private static IEnumerable<string> ReplacedBy(JsonElement resource)
    {
        if (!resource.TryGetProperty("relatesTo", out var related)) yield break;
        foreach (var each in related.EnumerateArray().Where(each => Text(each, "code") == "replaces"))
        {
            if (Text(each, "target", "reference") is { } target) yield return target;
        }
    }

    private static string? Text(JsonElement element, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (!element.TryGetProperty(name, out element)) return null;
        }

        return element.ValueKind == JsonValueKind.String ? element.GetString() : null;
    }
}
