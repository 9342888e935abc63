using System.Text;
using FhirGateway.Mapping.Codes;

namespace FhirGateway.Mapping.Tests;

public sealed class HeadingMapTests
{
    private static readonly CodeMap Own = Map(
        "own",
        """
        {"code":"GOALS","target":[{"equivalence":"unmatched"}]},
        {"code":"plan","target":[{"code":"own-plan","equivalence":"equal"}]}
        """);

    private static readonly CodeMap Shared = Map(
        "shared",
        """
        {"code":"Assessment and Plan","display":"Assessment and plan","target":[{"code":"ap","display":"A + P","equivalence":"equal"}]},
        {"code":"A/P","display":"Assessment and plan","target":[{"code":"ap","display":"A + P","equivalence":"equal"}]},
        {"code":"Discharge summary","display":"Discharge summary","target":[{"code":"ds","equivalence":"equal"}]},
        {"code":"Goals","display":"Goals","target":[{"code":"g","equivalence":"equal"}]},
        {"code":"Plan","display":"Plan","target":[{"code":"p","equivalence":"equal"}]},
        {"code":"MDM","display":"Medical decision making","target":[{"equivalence":"unmatched","comment":"nobody says"}]}
        """,
        ""","unmapped":{"mode":"fixed","code":"any"}""");

    private readonly HeadingMap _headings = new(Own, Shared);

    [Theory]
    [InlineData("Assessment and Plan")]
    [InlineData("ASSESSMENT AND PLAN:")]
    [InlineData("assessment_and_plan")]
    [InlineData("Assessment & Plan")]
    [InlineData("assessment/plan")]
    [InlineData(" Assessment  -  Plan. ")]
    [InlineData("Assessment\u00a0and\tPlan")]
    [InlineData("A/P")]
    [InlineData("a&p")]
    [InlineData("A and P:")]
    [InlineData("a_p")]
    public void A_heading_is_found_whatever_its_case_and_separators(string heading)
    {
        Assert.Equal(new Concept("urn:t", "ap", Display: "A + P"), _headings.Find(heading)!.Meaning);
        Assert.Equal("Assessment and plan", _headings.Find(heading)!.Title);
    }

    [Theory]
    [InlineData("Discharge")]
    [InlineData("Discharge summary of the ward")]
    [InlineData("Discharge instructions")]
    [InlineData("Pre-discharge summary")]
    [InlineData("Dischargesummary")]
    [InlineData("AP")]
    [InlineData("Assessment or plan")]
    [InlineData("and")]
    [InlineData("&")]
    [InlineData("")]
    [InlineData(
        "Discharge summary, and a great many words more than any heading ever had, so that there is no room left for them all in the key")]
    public void Only_the_whole_heading_counts(string heading)
    {
        Assert.Null(_headings.Find(heading));
        Assert.Equal("any", _headings.CodeOf(heading)!.Code);
    }

    [Fact]
    public void The_first_map_that_lists_a_heading_wins_also_when_it_says_that_there_is_no_code()
    {
        Assert.Equal("own-plan", _headings.Find("Plan:")!.Meaning!.Code);
        Assert.Equal("Plan", _headings.Find("Plan:")!.Title); // that the first map has no title takes none away
        Assert.Null(_headings.Find("goals")!.Meaning);
        Assert.Null(_headings.Find("MDM")!.Meaning);
    }

    [Theory]
    [InlineData("""{"code":"A/P","target":[{"code":"x","equivalence":"equal"}]},{"code":"A&P","target":[]}""")]
    [InlineData("""{"code":"A/P","display":"One","target":[]},{"code":"A&P","display":"Other","target":[]}""")]
    [InlineData("""{"code":"&","target":[{"code":"x","equivalence":"equal"}]}""")]
    public void A_map_that_says_two_things_of_one_heading_is_refused(string elements)
    {
        var refused = Assert.Throws<MappingException>(() => new HeadingMap(Map("m", elements)));

        Assert.StartsWith("The concept map m ", refused.Message, StringComparison.Ordinal);
    }

    private static CodeMap Map(string id, string elements, string more = "") => CodeMap.Parse(Encoding.UTF8.GetBytes(
        $$"""{"id":"{{id}}","group":[{"source":"urn:s","target":"urn:t","element":[{{elements}}]{{more}}}]}"""));
}
