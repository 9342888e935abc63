using System.Text;
using System.Text.Json.Nodes;
using FhirGateway.Mapping;
using Hl7.Fhir.Model;

namespace FhirGateway.Mappings.Tests.Nabla;

/// <summary>What Nabla says and nobody foresaw is in the note.</summary>
public sealed class NablaWordsTests
{
    private static readonly VendorDefinition Nabla = Vendors.Named("nabla");

    [Fact]
    public void Sub_sections_that_no_rule_knows_are_not_lost_they_stand_in_their_section()
    {
        var translation = Translate(
            note => note["sections"]![0]!["subsections"] = JsonNode.Parse("""[{"title":"Since when","text":"wombat days"}]"""));

        var section = CompositionOf(translation).Section[0].Section.Single();
        Assert.Equal("subsections", section.Title);
        Assert.Contains(
            "<dl><dt>title</dt><dd>Since when</dd><dt>text</dt><dd>wombat days</dd></dl>", section.Text!.Div, StringComparison.Ordinal);
        Assert.Contains("text: wombat days", TextOf(translation), StringComparison.Ordinal);
        Assert.Contains("/data/payload/note/sections/0/subsections/0/text", translation.Drift);
    }

    [Theory]
    [InlineData("/note", "addendum")]
    [InlineData("", "patient_instructions")]
    public void Text_in_a_member_that_no_rule_knows_is_not_lost(string at, string key)
    {
        var translation = Translate(note => (at.Length > 0 ? note : note.Parent!)[key] = "take the wombat");

        Assert.Equal(key, CompositionOf(translation).Section[^1].Title);
        Assert.Contains("take the wombat", TextOf(translation), StringComparison.Ordinal);
        Assert.Equal([$"/data/payload{at}/{key}"], translation.Drift);
    }

    [Theory]
    [InlineData("""{"key":"PLAN","title":"Plan","text":["wombat"]}""")]
    [InlineData("""{"key":"PLAN","title":{"en":"wombat"},"text":"Rest"}""")]
    [InlineData("""{"key":["wombat"],"title":"Plan","text":"Rest"}""")]
    [InlineData("""{"title":"Plan","content":"wombat"}""")]
    [InlineData("\"wombat\"")]
    [InlineData("[[\"wombat\"]]")]
    public void One_odd_section_never_costs_the_note(string section)
    {
        var translation = Translate(note => note["sections"]!.AsArray().Add(JsonNode.Parse(section)));

        Assert.Contains("wombat", TextOf(translation), StringComparison.Ordinal);
        Assert.DoesNotContain("[", TextOf(translation), StringComparison.Ordinal);
        Assert.Contains(translation.Problems, problem => problem.Severity == ProblemSeverity.Warning);
        Assert.NotEmpty(translation.Drift);
    }

    [Fact]
    public void A_title_that_is_not_text_is_shown_and_does_not_kill_the_note()
    {
        var translation = Translate(note => note["title"] = new JsonArray("wombat"));

        Assert.Equal("AI-generated clinical note", CompositionOf(translation).Title);
        Assert.Contains("wombat", TextOf(translation), StringComparison.Ordinal);
    }

    private static Translation Translate(Action<JsonNode> change)
    {
        var sample = Vendors.Sample("nabla", "note");
        var message = JsonNode.Parse(sample.Body.Span)!;
        change(message["data"]!["payload"]!["note"]!);
        var reading = Nabla.Read(Encoding.UTF8.GetBytes(message.ToJsonString()), Vendors.Source("nabla"));
        Assert.Equal(Verdict.Stored, reading.Verdict);
        var e = Assert.Single(reading.Events);
        return Nabla.Translate(e, Translating.ContextOf("nabla", e, sample));
    }

    private static Composition CompositionOf(Translation translation) =>
        translation.Bundle!.Entry.Select(e => e.Resource).OfType<Composition>().Single();

    private static string TextOf(Translation translation) =>
        Encoding.UTF8.GetString(
            translation.Bundle!.Entry.Select(e => e.Resource).OfType<DocumentReference>().Single().Content[0].Attachment!.Data!);
}
