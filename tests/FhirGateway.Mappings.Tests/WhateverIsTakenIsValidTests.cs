using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FhirGateway.Mapping;
using FhirGateway.Mapping.Json;
using FhirGateway.Validation;

namespace FhirGateway.Mappings.Tests;

/// <summary>
/// Payloads nobody documented: each sample with values broken at random, the same way on every run. Whatever the vendor's rules take and the
/// rules translate must be valid FHIR: what a destination refuses would be a note that nobody gets.
/// FHIRGATEWAY_TEST_MUTATIONS and FHIRGATEWAY_TEST_SEED choose how many of each sample, and which.
/// </summary>
public sealed class WhateverIsTakenIsValidTests
{
    private static readonly FhirValidator Validator = new();

    private static readonly string[] Texts =
    [
        "", " ", "\n", " x ", "\u0000", "a\u0001b", "a\u000bb", "\ufffe", "\ufeff", "😀", "e\u0301", "\u202eevil", "<script>alert(1)</script>", "]]>", "&nbsp;", "&#0;", "<b>unclosed", "' OR 1=1 --",
        "a|b", "a,b", "$", "\\", "../../etc/passwd", "urn:uuid:x", "http://a b/c", "javascript:alert(1)", "%00", "2024-02-30", "2024-05-17", "2024-05-17T25:00:00Z", "2024-05-17T10:00:00", "17.05.2024",
        "0000-00-00T00:00:00Z", "9999-12-31T23:59:59.999999999Z", "yesterday", "NaN", "null", "true", "1e400", "-1", "en", "xx-YY-zz-toolongtag", "image/png", "text/plain; charset=utf-8", "not a mime", "Patient/1", "#", "?", "/",
        new string('x', 70), new string('é', 5000), new string(' ', 300),
    ];

    [Theory]
    [MemberData(nameof(Vendors.Samples), MemberType = typeof(Vendors))]
    public void A_broken_payload_is_refused_or_becomes_valid_FHIR(string vendor, string sample)
    {
        var random = new Random(Setting("SEED", 20261121));
        var original = Copy(JsonElement.Parse(Vendors.Sample(vendor, sample).Body.Span))!;
        var failures = new SortedDictionary<string, string>(StringComparer.Ordinal);
        for (var i = Setting("MUTATIONS", 150); i > 0; i--)
        {
            var payload = original.DeepClone();
            var changes = Enumerable.Range(0, random.Next(1, 4)).Select(_ => Break(payload, random)).ToList();
            var found = Vendors.Sample(vendor, sample);
            if (random.Next(3) == 0) found = found with { Found = found.Found.ToDictionary(known => known.Key, known => known.Key == "Correlation" ? BrokenRegistration(known.Value, random, changes) : known.Value) };
            foreach (var (failure, detail) in Failures(vendor, found, payload)) failures.TryAdd(failure, $"{string.Join("; ", changes)}: {detail}");
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
        var payload = Copy(JsonElement.Parse(Vendors.Sample(vendor, sample).Body.Span))!;
        var holder = holderAt.Split('/', StringSplitOptions.RemoveEmptyEntries).Aggregate(payload, (at, step) => at is JsonArray array ? array[int.Parse(step, CultureInfo.InvariantCulture)]! : at[step]!);
        holder[key] = JsonNode.Parse(value);

        Assert.Equal(Verdict.Stored, Vendors.Named(vendor).Read(Encoding.UTF8.GetBytes(payload.ToJsonString()), Vendors.Source(vendor)).Verdict);
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
            foreach (var issue in Validator.Validate(json).Issues.Where(issue => issue.Severity >= IssueSeverity.Error))
            {
                yield return ($"{issue.Location} {issue.Rule}", issue.Text);
            }
        }
    }

    // What the site registered is no better known than what a vendor sends; what its server answers is FHIR.
    private static JsonElement BrokenRegistration(JsonElement registration, Random random, List<string> changes)
    {
        var copy = Copy(registration)!;
        changes.Add("registered: " + Break(copy, random));
        return JsonElement.Parse(copy.ToJsonString());
    }

    private static string Break(JsonNode payload, Random random)
    {
        var places = Places(payload, "").ToList();
        if (places.Count == 0) return "nothing";
        var (holder, key, path) = places[random.Next(places.Count)];
        var value = Broken(holder[key], random, out var change);
        if (change == "drop") holder.Remove(key);
        else holder[key] = value;
        return $"{change} {path}";
    }

    private static JsonNode? Broken(JsonNode? value, Random random, out string change)
    {
        change = "drop";
        switch (random.Next(10))
        {
            case 0:
                return null;
            case 1:
                change = "null";
                return null;
            case 2:
                change = "number";
                return JsonNode.Parse(new[] { "0", "-1", "1.5", "1e400", "99999999999999999999", "0.1000000000000000000000000000000000001" }[random.Next(6)]);
            case 3:
                change = "empty";
                return value switch { JsonArray => new JsonArray(), JsonObject => new JsonObject(), _ => JsonValue.Create("") };
            case 4 when value is JsonArray array:
                change = "doubled";
                var twice = array.DeepClone().AsArray();
                foreach (var item in array) twice.Add(item?.DeepClone());
                return twice;
            case 5 when value is JsonArray:
                change = "array of nothing";
                return new JsonArray(null, JsonValue.Create(""), new JsonObject());
            case 6:
                change = "retyped";
                return value is JsonObject ? JsonValue.Create("text") : new JsonObject { ["a"] = "b" };
            default:
                var text = Texts[random.Next(Texts.Length)];
                change = $"text {JsonSerializer.Serialize(text.Length > 40 ? text[..40] : text)}";
                return JsonValue.Create(text);
        }
    }

    private static IEnumerable<(JsonObject Holder, string Key, string Path)> Places(JsonNode? node, string path)
    {
        if (node is JsonObject holder)
        {
            foreach (var (key, value) in holder)
            {
                yield return (holder, key, $"{path}/{key}");
                foreach (var inner in Places(value, $"{path}/{key}")) yield return inner;
            }
        }
        else if (node is JsonArray array)
        {
            for (var i = 0; i < array.Count; i++)
            {
                foreach (var inner in Places(array[i], $"{path}/{i.ToString(CultureInfo.InvariantCulture)}")) yield return inner;
            }
        }
    }

    // A vendor's own example may name a key twice.
    private static JsonNode? Copy(JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                var copy = new JsonObject();
                foreach (var property in json.EnumerateObject()) copy[property.Name] = Copy(property.Value);
                return copy;
            case JsonValueKind.Array:
                return new JsonArray([.. json.EnumerateArray().Select(Copy)]);
            default:
                return JsonNode.Parse(json.GetRawText());
        }
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable("FHIRGATEWAY_TEST_" + name), CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
