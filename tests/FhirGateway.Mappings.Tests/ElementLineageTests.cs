using FhirGateway.Mapping;

namespace FhirGateway.Mappings.Tests;

/// <summary>Of every element that is written somebody may ask where it came from.</summary>
public sealed class ElementLineageTests
{
    [Theory]
    [MemberData(nameof(Vendors.Samples), MemberType = typeof(Vendors))]
    public void Every_element_of_every_sample_came_from_somewhere(string vendor, string sample)
    {
        foreach (var translation in Translating.Of(vendor, sample))
        {
            var lineage = ElementLineage.Of(translation);
            Assert.NotEmpty(lineage);
            Assert.All(lineage, each => Assert.NotEqual("", each.How));
            Assert.Equal(lineage.Count, lineage.Distinct().Count());
            Assert.Equal(translation.Bundle!.Entry.Count, lineage.Select(each => each.Entry).Distinct().Count());
        }
    }

    [Fact]
    public void An_element_names_its_field_its_rule_and_the_reason()
    {
        var lineage = ElementLineage.Of(Assert.Single(Translating.Of("insight-health", "soap-note")));

        var section = lineage.Single(each => each.Path == "section[1]");
        Assert.Equal("/sections/objective", section.Source);
        Assert.Equal("section", section.Action);
        Assert.Contains("codes from section-heading", section.How, StringComparison.Ordinal);
        Assert.Contains("template names the sections", section.Because, StringComparison.Ordinal);
        var custodian = lineage.Single(each => each.Target.EndsWith(".resource.custodian", StringComparison.Ordinal) && each.Entry == 4);
        Assert.Null(custodian.Source);
        Assert.Contains("organisation", custodian.How, StringComparison.Ordinal);
    }

    [Fact]
    public void An_element_of_several_types_is_named_as_FHIRPath_does()
    {
        var lineage = ElementLineage.Of(Assert.Single(Translating.Of("hami", "intake")));

        var names = lineage.Where(each => each.Path == "medication.ofType(CodeableConcept).text").ToList();
        Assert.NotEmpty(names);
        Assert.All(names, each => Assert.EndsWith("/Name", each.Source, StringComparison.Ordinal));
    }
}
