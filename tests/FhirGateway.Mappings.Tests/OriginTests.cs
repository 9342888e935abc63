using FhirGateway.Mapping;
using FhirGateway.Mapping.Codes;
using Hl7.Fhir.Model;

namespace FhirGateway.Mappings.Tests;

/// <summary>Where a resource comes from, what kind of document it is, and who keeps it: for whoever searches.</summary>
public sealed class OriginTests
{
    public static TheoryData<string, string> Categories() => new()
    {
        { "insight-health", "clinical-note" },
        { "nabla", "clinical-note" },
        { "hami", "patient-reported-intake" },
        { "metriport", "retrieved-document" },
        { "human-api", "retrieval-status-note" },
    };

    [Theory]
    [MemberData(nameof(Vendors.Samples), MemberType = typeof(Vendors))]
    public void Whatever_a_message_makes_names_it_its_source_and_its_vendor(string vendor, string sample)
    {
        foreach (var resource in Made(Translating.Of(vendor, sample)))
        {
            Assert.StartsWith($"urn:fhir-gateway:test-{vendor}:message:", resource.Meta?.Source, StringComparison.Ordinal);
            Assert.Equal(
                [$"{GatewayUris.VendorTag}|{vendor}", $"{GatewayUris.SourceTag}|test-{vendor}"],
                resource.Meta!.Tag.Select(tag => $"{tag.System}|{tag.Code}"));
        }
    }

    [Theory]
    [MemberData(nameof(Categories))]
    public void A_document_has_the_category_of_its_kind_and_those_that_the_site_adds(string vendor, string category)
    {
        var site = new Concept("https://hospital.example/categories", "outside-records");
        var source = Vendors.Source(vendor) with { Categories = [site] };

        foreach (var document in Made(Translate(vendor, source)).OfType<DocumentReference>())
        {
            Assert.Equal([category, site.Code], document.Category.Select(each => each.Coding.Single().Code));
        }
    }

    [Fact]
    public void A_note_is_kept_by_the_organisation_that_the_site_names()
    {
        var own = new Custodian(null, new Identity("https://hospital.example/organizations", "42"));

        var bundle = Assert.Single(Translate("insight-health", Vendors.Source("insight-health") with { Custodian = own })).Bundle!;

        var expected = "Organization?identifier=https%3A%2F%2Fhospital.example%2Forganizations%7C42";
        Assert.Equal(expected, bundle.Entry.Select(e => e.Resource).OfType<DocumentReference>().Single().Custodian!.Reference);
        Assert.Equal(expected, bundle.Entry.Select(e => e.Resource).OfType<Composition>().Single().Custodian!.Reference);
        Assert.DoesNotContain(bundle.Entry, entry => entry.Resource is Organization);
    }

    [Fact]
    public void A_site_may_name_the_organisation_that_is_made()
    {
        var named = new Custodian("North Clinic", null);

        var bundle = Assert.Single(Translate("hami", Vendors.Source("hami") with { Custodian = named })).Bundle!;

        var entry = bundle.Entry.Single(each => each.Resource is Organization);
        Assert.Equal("North Clinic", ((Organization)entry.Resource!).Name);
        Assert.Equal(entry.FullUrl, bundle.Entry.Select(e => e.Resource).OfType<Composition>().Single().Custodian!.Reference);
    }

    [Fact]
    public void Notes_of_one_build_can_be_told_from_those_of_another()
    {
        string?[] builds = [null, "0.2.0+0123456789ab", "0.2.1+0123456789ab"];

        var gateways = builds.Select(build => Assert.Single(Translate("insight-health", Vendors.Source("insight-health"), build)).Bundle!
            .Entry.Single(entry => entry.Resource is Device { DeviceName: [{ Name: "FhirGateway" }] })).ToList();

        Assert.Equal(3, gateways.Select(entry => entry.Request!.IfNoneExist).Distinct().Count());
        Assert.Equal(builds[1..], gateways.Skip(1).Select(entry => ((Device)entry.Resource!).Version.Single().Value));
    }

    [Theory]
    [InlineData("insight-health")]
    [InlineData("hami")]
    public void A_note_and_its_composition_name_each_other(string vendor)
    {
        var bundle = Assert.Single(Translate(vendor, Vendors.Source(vendor))).Bundle!;
        var composition = bundle.Entry.Single(entry => entry.Resource is Composition);
        var document = (DocumentReference)bundle.Entry.Single(entry => entry.Resource is DocumentReference).Resource!;

        Assert.Contains(document.Context!.Related, related => related.Reference == composition.FullUrl);
    }

    [Fact]
    public void What_patients_told_names_the_patient_as_who_told_it()
    {
        var provenance = Made(Translate("hami", Vendors.Source("hami"))).OfType<Provenance>().Single();

        Assert.Equal(["author", "informant", "assembler"], provenance.Agent.Select(agent => agent.Type!.Coding.Single().Code));
        Assert.Equal("Patient/pat-88", provenance.Agent[1].Who!.Reference);
    }

    private static IReadOnlyList<Translation> Translate(string vendor, SourceSettings source, string? build = null) =>
        [.. Translating.Of(vendor, Vendors.Named(vendor).Samples.First(sample => sample.IsDemo).Name, source, build)];

    private static IEnumerable<Resource> Made(IEnumerable<Translation> translations) =>
        translations.SelectMany(translation => translation.Bundle!.Entry).Select(entry => entry.Resource!)
            .Where(resource => resource is not (Device or Organization or Parameters));
}
