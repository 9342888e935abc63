using FhirGateway.Validation.Tests.Oracle;
using static FhirGateway.Validation.Tests.Hostile.Hostile;
using static FhirGateway.Validation.Tests.Hostile.TextTests;

namespace FhirGateway.Validation.Tests.Hostile;

/// <summary>Narratives: markup without end, within itself, and that stands for more than it says.</summary>
[Collection(WeighedAlone.Name)]
public sealed class NarrativeTests
{
    private static readonly FhirValidator Plain = new();

    [Fact]
    public void A_million_tags_are_read() =>
        Assert.Empty(Plain.Validate(With(string.Concat(Enumerable.Repeat("<b>a</b>", 1_000_000)))).Errors());

    [Fact]
    public void Tags_within_each_other_are_read_without_recursion() =>
        Assert.Empty(Plain.Validate(With(Nested(200_000, "<b>", "a", "</b>"))).Errors());

    [Theory]
    [InlineData("<b>")]
    [InlineData("<!--")]
    [InlineData("<a href='#")]
    [InlineData("&lt")]
    [InlineData("<![CDATA[")]
    public void Tags_that_are_never_closed_are_an_error(string open) =>
        Assert.Contains(
            "Patient.text.div:txt-1(invariant)", Plain.Validate(With(string.Concat(Enumerable.Repeat(open, 100_000)))).Errors());

    [Fact]
    public void Entities_are_not_expanded()
    {
        const string laughs = "<!DOCTYPE div [<!ENTITY a \\\"aaaaaaaaaa\\\"><!ENTITY b \\\"&a;&a;&a;&a;&a;&a;&a;&a;\\\"><!ENTITY c "
            + "\\\"&b;&b;&b;&b;&b;&b;&b;&b;\\\">]>";
        const string file = "<!DOCTYPE div [<!ENTITY c SYSTEM \\\"file:///etc/passwd\\\">]>";
        foreach (var declaration in (string[])[laughs, file])
        {
            var json = With("&c;").Replace("<div ", declaration + "<div ", StringComparison.Ordinal);
            Assert.Contains("Patient.text.div:txt-1(invariant)", Plain.Validate(json).Errors());
        }
    }

    [Fact]
    public void Links_and_anchors_of_all_narratives_are_looked_for_once()
    {
        string Of(int count) =>
            Bundle(
                "collection", count,
                i => Entry(i, $"{Patient},\"text\":{Narrative($"<a href=\\\"#x{i}\\\">x</a><p id=\\\"x{i}\\\">a</p>")}"));
        Assert.Empty(Plain.Validate(Of(1_000)).Errors());
        AssertGrowth(Plain, Of(200), Of(400), 2);
    }

    [Fact]
    public void Links_that_lead_nowhere_are_listed_up_to_a_limit()
    {
        var result = Plain.Validate(With(string.Concat(Enumerable.Range(0, 100_000).Select(i => $"<a href=\\\"#n{i}\\\">x</a>"))));
        Assert.Equal("Patient.text:narrative-link(invalid)", result.Errors().First());
        Assert.Equal(1001, result.Issues.Count);
    }

    private static string With(string content) => $"{{{Patient},\"text\":{Narrative(content)}}}";
}
