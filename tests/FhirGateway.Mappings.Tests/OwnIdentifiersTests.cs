using System.Text.Json;
using System.Text.Json.Nodes;
using FhirGateway.Mapping;
using Hl7.Fhir.Model;

namespace FhirGateway.Mappings.Tests;

/// <summary>
/// What a vendor or a site calls a resource, others may call theirs, too: a write finds its resource by an identifier of the gateway and
/// the
/// source alone, and none without the subject.
/// </summary>
public sealed class OwnIdentifiersTests
{
    private static readonly SourceSettings Unset = new(
        "clinic", "", new Dictionary<string, string> { ["Document"] = "https://hospital.example/documents", ["MedicationStatement"] = "https://hospital.example/medications" },
        new Dictionary<string, string>());

    [Theory]
    [MemberData(nameof(Vendors.Samples), MemberType = typeof(Vendors))]
    public void No_write_hangs_on_an_identifier_of_others(string vendor, string sample)
    {
        foreach (var (settings, start) in new[]
        {
            (Unset, "identifier=urn:fhir-gateway:clinic:"),
            (Unset with { IdentifierBase = "https://hospital.example/gateway/" }, "identifier=https://hospital.example/gateway/clinic/"),
        })
        {
            foreach (var entry in Entries(vendor, sample, settings))
            {
                var url = entry.Request!.Url!;
                var condition = entry.Request.IfNoneExist ?? (url.Contains('?', StringComparison.Ordinal) ? url.Split('?')[1] : null);
                if (condition is null) Assert.Contains(entry.Resource!.TypeName, new[] { "Provenance", "Binary" });
                else Assert.StartsWith(start, Uri.UnescapeDataString(condition), StringComparison.Ordinal);
                if (entry.Request.Method == Bundle.HTTPVerb.PUT && condition is not null)
                {
                    Assert.Matches(":subject:[0-9a-f]{32}$", Uri.UnescapeDataString(condition));
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Vendors.Samples), MemberType = typeof(Vendors))]
    public void The_next_version_ends_the_one_before_by_such_identifiers_only(string vendor, string sample)
    {
        foreach (var entry in Entries(
            vendor, sample, Unset,
            new WrittenVersion(new OwnedResource("DocumentReference", "urn:fhir-gateway:clinic:document-reference", "before"), null, []))
            .Where(entry => entry.Request!.Method == Bundle.HTTPVerb.PATCH))
        {
            Assert.StartsWith(
                "DocumentReference?identifier=urn:fhir-gateway:clinic:document-reference|", Uri.UnescapeDataString(entry.Request!.Url!),
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_vendors_own_name_of_a_document_stays_a_fact()
    {
        var document = Entries("insight-health", "soap-note", Unset).Select(entry => entry.Resource).OfType<DocumentReference>().Single();

        Assert.Equal("urn:ietf:rfc:3986", document.MasterIdentifier!.System);
        Assert.StartsWith("urn:uuid:", document.MasterIdentifier.Value, StringComparison.Ordinal);
        Assert.Contains(document.Identifier, identifier => identifier.System == "https://hospital.example/documents");
    }

    [Fact]
    public void No_write_hangs_on_what_a_server_does_not_index_however_long_a_vendors_name_is()
    {
        // HAPI indexes the first 200 characters of a token: whatever tells two resources apart must lie in them.
        var settings = Unset with { Vendor = "insight-health" };
        var sample = Vendors.Sample("insight-health", "soap-note");
        var body = JsonNode.Parse(sample.Body.Span)!;
        body["template_name"] = string.Concat(Enumerable.Repeat("A very long name ", 15));
        var definition = Vendors.Named("insight-health");
        var e = definition.Read(JsonSerializer.SerializeToUtf8Bytes(body), settings).Events.Single();

        var bundle = definition.Translate(e, Translating.ContextOf("insight-health", e, sample, settings)).Bundle!;

        var conditions = bundle.Entry.Where(entry => entry.Request!.Method == Bundle.HTTPVerb.PUT)
            .Select(
                entry => Uri.UnescapeDataString(entry.Request!.Url!)).Where(url => url.Contains('|', StringComparison.Ordinal)).ToList();
        Assert.Equal(2, conditions.Count);
        Assert.All(conditions, condition => Assert.InRange(condition.Split('|', 2)[1].Length, 1, 200));
    }

    private static IEnumerable<Bundle.EntryComponent> Entries(
        string vendor, string sample, SourceSettings settings, WrittenVersion? predecessor = null)
    {
        var definition = Vendors.Named(vendor);
        var source = settings with { Vendor = vendor };
        return definition.Read(Vendors.Sample(vendor, sample).Body, source).Events.Where(e => e is { Acknowledged: null, Problems: [] })
            .Select(e => definition.Translate(
                e, Translating.ContextOf(vendor, e, Vendors.Sample(vendor, sample), source) with { Predecessor = predecessor }))
            .SelectMany(translation => translation.Bundle!.Entry);
    }
}
