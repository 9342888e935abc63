using System.Text.Json;
using FhirGateway.Destination;
using FhirGateway.Mapping;
using FhirGateway.Mapping.Json;
using FhirGateway.Sources;

namespace FhirGateway.Pipeline;

/// <summary>A check of a bundle as it will be sent.</summary>
/// <param name="source">By which source it came.</param>
/// <returns>What is wrong; a problem of severity error keeps the bundle from being sent, information goes into its receipt.</returns>
public delegate IReadOnlyList<Problem> BundleCheck(OutgoingBundle bundle, Source source);

/// <summary>The checks that every bundle passes.</summary>
public static class BundleChecks
{
    /// <summary>What is sent reads back, strictly, as the same bundle: destinations drop silently what they don't know.</summary>
    public static IReadOnlyList<Problem> ReadsBackUnchanged(OutgoingBundle bundle, Source _)
    {
        try
        {
            var again = ResourceJson.Write(ResourceJson.ReadStrictly<Hl7.Fhir.Model.Bundle>(bundle.Bytes.Span));
            return again.AsSpan().SequenceEqual(bundle.Bytes.Span)
                ? []
                : [Problem.Error("structure", "The bundle does not read back as it was written.")];
        }
        catch (FormatException wrong)
        {
            return [Problem.Error("structure", wrong.Message)];
        }
    }

    /// <summary>
    /// No two entries write one resource. Of two with one condition some servers keep the first and drop the second without a word,
    /// answering one entry fewer.
    /// </summary>
    public static IReadOnlyList<Problem> WritesEachResourceOnce(OutgoingBundle bundle, Source _) =>
        [
            .. bundle.Entries.Select(Target).CountBy(target => target, StringComparer.Ordinal).Where(target => target.Value > 1)
                .Select(target => Problem.Error("duplicate", $"{target.Value} entries of the bundle write {target.Key}.")),
        ];

    private static string Target(JsonElement entry)
    {
        var request = entry.GetProperty("request");
        var url = request.GetProperty("url").GetString()!;
        var condition = request.TryGetProperty("ifNoneExist", out var search) ? search.GetString()!.TrimStart('?') : null;
        if (condition is null && request.GetProperty("method").ValueEquals("POST")) return entry.GetProperty("fullUrl").GetString()!;
        return Uri.UnescapeDataString(condition is null ? url : $"{url}?{condition}");
    }
}
