using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FhirGateway.Mapping;
using FhirGateway.Mapping.Json;
using FhirGateway.Tests.OwnPackage;
using FhirGateway.Validation;

namespace FhirGateway.Mappings.Tests;

/// <summary>
/// Payloads nobody documented: each sample with values broken at random, the same way on every run. Whatever the vendor's rules take and
/// the
/// rules translate must be valid FHIR: what a destination refuses would be a note that nobody gets.
/// FHIRGATEWAY_TEST_MUTATIONS and FHIRGATEWAY_TEST_SEED choose how many of each sample, and which.
/// </summary>
public sealed class WhateverIsTakenIsValidTests
{
    private static readonly FhirValidator Validator = new(OwnDefinitions.Load());

    [Theory]
    [MemberData(nameof(Vendors.Samples), MemberType = typeof(Vendors))]
    public void A_broken_payload_is_refused_or_becomes_valid_FHIR(string vendor, string sample)
    {
        var random = RandomPayloads.Source();
        var original = RandomPayloads.Copy(JsonElement.Parse(Vendors.Sample(vendor, sample).Body.Span))!;
        var failures = new SortedDictionary<string, string>(StringComparer.Ordinal);
        for (var i = RandomPayloads.Count; i > 0; i--)
        {
            var payload = original.DeepClone();
            var changes = Enumerable.Range(0, random.Next(1, 4)).Select(_ => RandomPayloads.Break(payload, random)).ToList();
            var found = Vendors.Sample(vendor, sample);
            if (random.Next(3) == 0)
            {
                found = found with
                {
                    Found = found.Found.ToDictionary(
                    known => known.Key,
                    known => known.Key == "Correlation" ? BrokenRegistration(known.Value, random, changes) : known.Value)
                };
            }

            foreach (var (failure, detail) in Failures(vendor, found, payload))
            {
                failures.TryAdd(failure, $"{string.Join("; ", changes)}: {detail}");
            }
        }

        Assert.True(failures.Count == 0, string.Join("\n", failures.Select(failure => $"{failure.Key} ← {failure.Value}")));
    }

    /// <summary>What random payloads once broke.</summary>
    [Theory]
    [InlineData("nabla", "note", "/data/payload/note/sections/0", "title", "\" \\n\"")]
    [InlineData("nabla", "note", "/data/payload/note/sections/0", "title", "\"\\u0000\"")]
    [InlineData("insight-health", "soap-note", "", "template_name", "\"\\u0000\"")]
    [InlineData("hami", "intake", "/intakeSummary/Medications", "Current Medications", "[null,\"\",{}]")]
    [InlineData("metriport", "document-download", "/patients/0/documents/0", "mimeType", "\"2024-05-17\"")]
    public void A_value_that_FHIR_cant_hold_never_gets_there(string vendor, string sample, string holderAt, string key, string value)
    {
        var payload = RandomPayloads.Copy(JsonElement.Parse(Vendors.Sample(vendor, sample).Body.Span))!;
        var holder = holderAt.Split('/', StringSplitOptions.RemoveEmptyEntries).Aggregate(
            payload, (at, step) => at is JsonArray array ? array[int.Parse(step, CultureInfo.InvariantCulture)]! : at[step]!);
        holder[key] = JsonNode.Parse(value);

        Assert.Equal(
            Verdict.Stored, Vendors.Named(vendor).Read(Encoding.UTF8.GetBytes(payload.ToJsonString()), Vendors.Source(vendor)).Verdict);
        Assert.Empty(Failures(vendor, Vendors.Sample(vendor, sample), payload));
    }

    private static IEnumerable<(string Failure, string Detail)> Failures(string vendor, Sample sample, JsonNode payload)
    {
        var bytes = Encoding.UTF8.GetBytes(payload.ToJsonString());
        var reading = Vendors.Named(vendor).Read(bytes, Vendors.Source(vendor));
        if (reading.Verdict != Verdict.Stored) yield break;
        foreach (var e in reading.Events.Where(e => e.Problems.Count == 0 && e.Acknowledged is null))
        {
            var translation = Vendors.Named(vendor).Translate(e, Translating.ContextOf(vendor, e, sample));
            if (translation.Bundle is null || translation.Problems.Any(problem => problem.Severity == ProblemSeverity.Error)) continue;
            var json = ResourceJson.Write(translation.Bundle);
            var issues = Validator.Validate(json, [OwnDefinitions.Transaction]).Issues;
            foreach (var issue in issues.Where(issue => issue.Severity >= IssueSeverity.Error))
            {
                yield return ($"{issue.Location} {issue.Rule}", issue.Text);
            }
        }
    }

    // What the site registered is no better known than what a vendor sends; what its server answers is FHIR.
    private static JsonElement BrokenRegistration(JsonElement registration, Random random, List<string> changes)
    {
        var copy = RandomPayloads.Copy(registration)!;
        changes.Add("registered: " + RandomPayloads.Break(copy, random));
        return JsonElement.Parse(copy.ToJsonString());
    }
}
