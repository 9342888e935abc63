using FhirGateway.Mapping.Docs;

namespace FhirGateway.Mappings.Tests;

public sealed class MappingPageTests
{
    public static TheoryData<string> VendorNames() => [.. Vendors.Catalog.Vendors.Select(v => v.Name)];

    [Theory]
    [MemberData(nameof(VendorNames))]
    public void MAPPING_md_is_what_the_rules_say(string vendor)
    {
        var path = Path.Combine(Vendors.FolderOf(vendor), "MAPPING.md");
        var page = MappingPage.Of(Vendors.Named(vendor));

        if (GoldenBundleTests.Regenerates) File.WriteAllText(path, page);
        Assert.Equal(File.ReadAllText(path), page);
    }

    [Theory]
    [MemberData(nameof(VendorNames))]
    public void Every_field_that_the_vendor_documents_is_mapped_or_ignored_on_purpose(string vendor)
    {
        foreach (var rule in Vendors.Named(vendor).Events)
        {
            if (rule.Mapping is not { } mapping) continue;
            var documented = Documented(vendor, rule.Type);
            Assert.NotEmpty(documented);
            Assert.Empty(Coverage.Missing(documented, mapping.Rows));
        }
    }

    [Theory]
    [MemberData(nameof(Vendors.Samples), MemberType = typeof(Vendors))]
    public void Every_rule_that_knows_a_field_finds_the_fields_of_the_samples(string vendor, string sample)
    {
        // Samples may carry one unknown field each ("clinic"), to show that drift is noticed.
        foreach (var translation in Translating.Of(vendor, sample))
        {
            Assert.All(translation.Drift, pointer => Assert.EndsWith("/clinic", pointer, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_field_without_a_rule_is_told()
    {
        var hami = Vendors.Named("hami").Events[0].Mapping!;

        Assert.Equal(["/intakeSummary/Immunizations"], Coverage.Missing(["/appointmentId", "/intakeSummary/Immunizations"], hami.Rows));
    }

    /// <summary>The pointers below <c>[event]</c> in the vendor's documented-fields.txt.</summary>
    private static List<string> Documented(string vendor, string type)
    {
        var lines = File.ReadAllLines(
            Path.Combine(Vendors.FolderOf(vendor), "documented-fields.txt")).Where(line => line.Length > 0 && line[0] != '#');
        return [.. lines.SkipWhile(line => line != $"[{type}]").Skip(1).TakeWhile(line => line[0] != '[')];
    }
}
