using FhirGateway.Mapping;
using Hl7.Fhir.Model;
using static FhirGateway.Mappings.Tests.Hami.HamiIntakes;

namespace FhirGateway.Mappings.Tests.Hami;

/// <summary>What HAMI says and nobody foresaw is in the note.</summary>
public sealed class HamiWordsTests
{
    [Fact]
    public void A_key_that_no_rule_knows_is_not_lost_it_is_a_section_at_the_end()
    {
        var translation = Translate(
            """{"Red Flags":"night sweats","Summary":"x","Social History":{"Occupation":"baker","Pets":"two cats"}}""");

        var sections = CompositionOf(translation).Section;
        Assert.Equal(["Summary", "Social History", "Red Flags"], sections.Select(section => section.Title));
        Assert.Contains("night sweats", sections[^1].Text!.Div, StringComparison.Ordinal);
        Assert.Equal(["Occupation", "Pets"], sections[1].Section.Select(section => section.Title));
        Assert.Contains("\nRed Flags\nnight sweats\n", TextOf(translation), StringComparison.Ordinal);
        Assert.Contains("\nSocial History / Pets\ntwo cats\n", TextOf(translation), StringComparison.Ordinal);
        Assert.Equal(["/intakeSummary/Red Flags", "/intakeSummary/Social History/Pets"], translation.Drift.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("chief complaint")]
    [InlineData("CHIEF COMPLAINT ")]
    [InlineData("\\tChief Complaint")]
    public void A_key_in_another_case_or_with_blanks_around_it_is_not_unknown(string key)
    {
        var translation = Translate($$"""{"{{key}}":"a cough"}""");

        var section = Assert.Single(CompositionOf(translation).Section);
        Assert.Equal(("Chief Complaint", "10154-3"), (section.Title, section.Code!.Coding[0].Code));
        Assert.Empty(translation.Drift);
    }

    [Fact]
    public void Keys_below_a_section_and_of_a_medication_are_found_in_any_case_too()
    {
        var translation = Translate("""{"past medical history ":{"ALLERGIES":"peanuts"},"medications":{"current medications":"""
            + """[{"name":"Iron","DOSAGE":"30 mg"}]}}""");

        Assert.Equal("48765-2", CompositionOf(translation).Section[0].Section.Single().Code!.Coding[0].Code);
        var medication = Assert.Single(MedicationsOf(translation));
        Assert.Equal(("Iron", "30 mg"), (((CodeableConcept)medication.Medication!).Text, medication.Dosage[0].Text));
        Assert.Empty(translation.Drift);
    }

    [Fact]
    public void Of_two_keys_that_differ_in_case_only_neither_is_lost()
    {
        var translation = Translate("""{"chief complaint":"a rash","Chief Complaint":"a cough"}""");

        Assert.Equal(["Chief Complaint", "chief complaint"], CompositionOf(translation).Section.Select(section => section.Title));
        Assert.Contains("a rash", TextOf(translation), StringComparison.Ordinal);
        Assert.Contains("a cough", TextOf(translation), StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_that_becomes_an_object_does_not_kill_the_note_and_is_never_shown_as_JSON()
    {
        var translation = Translate(
            """{"Summary":"x","Review of Systems":{"Mental Health Screening":{"PHQ-9":14,"items":[{"q":"sleep","a":2},"none"]}}}""");

        var section = CompositionOf(translation).Section[1].Section.Single();
        Assert.Equal(
            """<div xmlns="http://www.w3.org/1999/xhtml"><dl><dt>PHQ-9</dt><dd>14</dd><dt>items</dt><dd><ul><li><dl><dt>q</dt><dd>sleep</dd><dt>a</dt><dd>2</dd></dl></li><li>none</li></ul></dd></dl></div>""",
            section.Text!.Div);
        Assert.Contains("\nPHQ-9: 14\nitems:\n  -\n    q: sleep\n    a: 2\n  - none\n", TextOf(translation), StringComparison.Ordinal);
        Assert.DoesNotContain("{", TextOf(translation), StringComparison.Ordinal);
        Assert.Contains("/intakeSummary/Review of Systems/Mental Health Screening/PHQ-9", translation.Drift);
        var doubt = Assert.Single(translation.Problems);
        Assert.Equal(
            (ProblemSeverity.Warning, "/intakeSummary/Review of Systems/Mental Health Screening"), (doubt.Severity, doubt.Pointer));
        Assert.DoesNotContain("sleep", doubt.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"Patient Information":{"Gender":{"said":"wombat"}}}""")]
    [InlineData("""{"Patient Information":["wombat"]}""")]
    [InlineData("""{"Medications":{"Current Medications":{"Name":"wombat"}}}""")]
    [InlineData("""{"Medications":["wombat"]}""")]
    [InlineData("""{"Medications":{"Current Medications":[["wombat"]]}}""")]
    [InlineData("""{"Medications":{"Current Medications":[{"Name":{"brand":"wombat"}}]}}""")]
    [InlineData("""{"Medications":{"Current Medications":[{"Name":"Iron","Dosage":{"amount":"wombat"}}]}}""")]
    [InlineData("""{"Family History":[{"who":"mother","what":"wombat"}]}""")]
    [InlineData("""{"Summary":true,"Chief Complaint":["wombat"]}""")]
    public void No_odd_shape_anywhere_kills_the_note_or_loses_a_word(string summary)
    {
        var translation = Translate(summary);

        Assert.Contains("wombat", TextOf(translation), StringComparison.Ordinal);
        Assert.Contains(
            "wombat", string.Concat(Flat(CompositionOf(translation).Section).Select(section => section.Text?.Div)),
            StringComparison.Ordinal);
        Assert.NotEmpty(translation.Drift);
        Assert.DoesNotContain(translation.Problems, problem => problem.Severity == ProblemSeverity.Error);
    }

    [Fact]
    public void The_columns_of_a_table_do_not_run_together()
    {
        const string Antibiogram = "  Drug          S/R\\n  Amoxicillin   R\\n  Meropenem     S";
        var translation = Translate($$"""{"Summary":"{{Antibiogram}}\n\nTwo sentences.  One line.","Red Flags":"a\tb"}""");

        Assert.Equal(
            """<div xmlns="http://www.w3.org/1999/xhtml"><pre style="white-space: pre-wrap">""" + Antibiogram.Replace(
                "\\n", "\n", StringComparison.Ordinal) + "</pre><p>Two sentences.  One line.</p></div>",
            CompositionOf(translation).Section[0].Text!.Div);
        Assert.Contains(
            """<pre style="white-space: pre-wrap">a""" + "\tb</pre>", CompositionOf(translation).Section[1].Text!.Div,
            StringComparison.Ordinal);
        Assert.Contains(Antibiogram.Replace("\\n", "\n", StringComparison.Ordinal), TextOf(translation), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"Summary":"","Chief Complaint":null,"Family History":"Not asked"}""")]
    [InlineData("""{"Patient Information":{"Date of Birth/Age":"18","Gender":"male"},"Medications":{"Current Medications":[]}}""")]
    [InlineData("""{"Review of Systems":{"General":"Not asked"},"Medications":{"Current Medications":[{"Name":"Not asked"}]}}""")]
    public void A_regeneration_without_content_does_not_replace_a_good_note(string empty)
    {
        var good = Translate("""{"Summary":"x"}""");
        var document = good.Owned.Single();

        var translation = Translate(empty, predecessor: new WrittenVersion(document, good.Composition, good.Owned));

        Assert.Equal("content", translation.Held!.WaitsFor);
        Assert.Null(translation.Bundle);
        Assert.Empty(translation.Owned);
        Assert.NotNull(Translate(empty).Bundle); // as the first version it replaces nothing
    }

    [Theory]
    [InlineData("""{"Family History":"Unremarkable"}""")]
    [InlineData("""{"Red Flags":"none seen"}""")]
    [InlineData("""{"Summary":{"score":0}}""")]
    [InlineData("""{"Medications":{"Current Medications":[{"Name":"None"}]}}""")]
    public void A_regeneration_that_says_anything_is_not_held_back(string summary)
    {
        var good = Translate("""{"Summary":"x"}""");
        var document = good.Owned.Single();

        Assert.Null(Translate(summary, predecessor: new WrittenVersion(document, good.Composition, good.Owned)).Held);
    }

    private static IEnumerable<Composition.SectionComponent> Flat(IEnumerable<Composition.SectionComponent> sections) =>
        sections.SelectMany(s => Flat(s.Section).Prepend(s));
}
