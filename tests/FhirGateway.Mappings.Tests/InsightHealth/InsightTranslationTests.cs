using System.Text;
using System.Text.Json;
using FhirGateway.Mapping;
using Hl7.Fhir.Model;

namespace FhirGateway.Mappings.Tests.InsightHealth;

public sealed class InsightTranslationTests
{
    [Theory]
    [InlineData("SOAP Note", "11506-3")]
    [InlineData("soap note", "11506-3")]
    [InlineData("Consult  note", "11488-4")]
    [InlineData("Discharge Summary", "18842-5")]
    [InlineData("H&P", "34117-2")]
    [InlineData("HISTORY_AND_PHYSICAL:", "34117-2")]
    [InlineData("Cardiology Consult", "34099-2")]
    [InlineData("Discharge Instructions", "74213-0")] // a kind of its own: no summary
    [InlineData("Procedure Consent", "64293-4")] // no procedure note
    [InlineData("My own", "34109-9")]
    public void A_template_becomes_a_document_type_and_keeps_its_name(string template, string code)
    {
        var composition = CompositionOf(template, """{"plan":"x"}""");

        Assert.Equal(code, composition.Type!.Coding.Single().Code);
        Assert.Equal(template, composition.Type.Text);
        Assert.Equal(template, composition.Title);
    }

    [Theory]
    [InlineData("Discharge")]
    [InlineData("Discharge Planning")]
    [InlineData("Consult Request")]
    [InlineData("Consult – cardiology")]
    [InlineData("Procedure Time-out")]
    [InlineData("Progress Note Addendum")]
    public void A_heading_that_only_begins_like_a_kind_of_document_is_not_taken_for_one(string template) =>
        Assert.Equal("34109-9", CompositionOf(template, """{"plan":"x"}""").Type!.Coding.Single().Code);

    [Theory]
    [InlineData("C Note", "C++ Note")]
    [InlineData("C+ Note", "C++ Note")]
    [InlineData("A/P", "A-P")]
    [InlineData("A P", "A-P")]
    [InlineData("A/P", "AP")]
    [InlineData("Note (1)", "Note 1")]
    [InlineData("Note \u2613", "Note &13")]
    [InlineData("%2F", "/")]
    [InlineData("+", "-")]
    public void Templates_whose_names_differ_only_in_signs_never_replace_each_others_notes(string one, string other) =>
        Assert.NotEqual(SetOf(one), SetOf(other));

    [Fact]
    public void A_version_recorded_under_a_former_key_can_still_be_found()
    {
        var version = Vendors.Named("insight-health").IntentOf(
            EventOf("C++ Note", "{}"), Vendors.Source("insight-health"), Translating.Facts.ReceivedAt).Version!;
        var unchanged = Vendors.Named("insight-health").IntentOf(
            EventOf("SOAP  note", "{}"), Vendors.Source("insight-health"), Translating.Facts.ReceivedAt).Version!;

        Assert.Equal(["encounter:e:template:c-note"], version.FormerSetKeys);
        Assert.Empty(unchanged.FormerSetKeys);
        Assert.Equal("encounter:e:template:soap-note", unchanged.SetKey);
    }

    [Fact]
    public void An_object_in_place_of_a_sections_text_is_never_shown_as_JSON()
    {
        var section = Assert.Single(CompositionOf("x", """{"vitals":{"bp":"128/82","more":[{"hr":72}]}}""").Section);

        Assert.Equal(
            """<div xmlns="http://www.w3.org/1999/xhtml"><dl><dt>bp</dt><dd>128/82</dd><dt>more</dt><dd><ul><li><dl><dt>hr</dt><dd>72</dd></dl></li></ul></dd></dl></div>""",
            section.Text!.Div);
    }

    [Fact]
    public void A_known_key_gains_a_code_and_every_key_can_be_told_again()
    {
        var sections = CompositionOf("x", """{"plan":"a","follow-up/_calls_&_2":"b"}""").Section;

        Assert.Equal(["18776-5", "plan"], sections[0].Code!.Coding.Select(c => c.Code));
        Assert.Equal(["follow-up/_calls_&_2"], sections[1].Code!.Coding.Select(c => c.Code));
        Assert.Equal("Follow-up/ calls & 2", sections[1].Title);
    }

    [Theory]
    [InlineData("hpi", "History of present illness", "hpi", "10164-2", "History of Present illness Narrative")]
    [InlineData("A&P", "Assessment and plan", "A&P", "51847-2", "Evaluation + Plan note")]
    [InlineData("past_medical_history", "Past medical history", "Past medical history", "11348-0", null)]
    [InlineData("PAST MEDICAL  HISTORY:", "Past medical history", "Past medical history", "11348-0", null)]
    public void A_known_heading_has_the_title_that_clinicians_write_and_keeps_the_vendors_words(
        string key, string title, string text, string code, string? display)
    {
        var section = Assert.Single(CompositionOf("x", $$"""{"{{key}}":"a"}""").Section);

        Assert.Equal((title, text), (section.Title, section.Code!.Text));
        Assert.Equal((code, display), (section.Code.Coding[0].Code, section.Code.Coding[0].Display));
    }

    [Fact]
    public void A_heading_that_is_known_to_have_no_code_has_its_title_and_the_vendors_code_only()
    {
        var section = Assert.Single(CompositionOf("x", """{"mdm":"a"}""").Section);

        Assert.Equal("Medical decision making", section.Title);
        Assert.Equal("urn:fhir-gateway:code:insight-section", Assert.Single(section.Code!.Coding).System);
    }

    [Fact]
    public void What_a_vendor_sends_never_becomes_markup_and_forbidden_characters_still_show()
    {
        var section = Assert.Single(
            CompositionOf("x", """{"plan":"<script>alert(\"1\")</script> & \u0001 done\r\nnext\n\nlast"}""").Section);

        Assert.Equal(
            """<div xmlns="http://www.w3.org/1999/xhtml"><p>&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; """
                + """&amp; """ + "\uFFFD" + " done<br/>next</p><p>last</p></div>",
            section.Text!.Div);
    }

    [Fact]
    public void Versions_of_a_note_share_a_set_and_only_the_order_of_recording_tells_the_later_one()
    {
        var insight = Vendors.Named("insight-health");
        var first = insight.IntentOf(EventOf("SOAP Note", "{}"), Vendors.Source("insight-health"), Translating.Facts.ReceivedAt).Version!;
        var later = insight.IntentOf(
            EventOf("SOAP note", "{}"), Vendors.Source("insight-health"), Translating.Facts.ReceivedAt.AddSeconds(1)).Version!;

        Assert.Equal("encounter:e:template:soap-note", first.SetKey);
        Assert.Equal(first.SetKey, later.SetKey);
        Assert.NotEqual(first.VersionId, later.VersionId);
        Assert.Equal(0, VersionOrder.Compare(first.Order, later.Order, TimeSpan.FromMinutes(10)));
    }

    private static string SetOf(string template) =>
        Vendors.Named("insight-health").IntentOf(
            EventOf(template, "{}"), Vendors.Source("insight-health"), Translating.Facts.ReceivedAt).Version!.SetKey;

    private static VendorEvent EventOf(string template, string sections)
    {
        var body =
            $$"""{"patient_id":"p","encounter_id":"e","summary_id":"{{Guid.NewGuid()}}","template_name":{{JsonSerializer.Serialize(template)}},"sections":{{sections}}}""";
        return Assert.Single(Vendors.Named("insight-health").Read(Encoding.UTF8.GetBytes(body), Vendors.Source("insight-health")).Events);
    }

    private static Composition CompositionOf(string template, string sections)
    {
        var context = new TranslationContext(
            Vendors.Source("insight-health"), Translating.Facts, new Dictionary<Lookup, JsonElement>(), null, IsLate: false);
        return Vendors.Named("insight-health").Translate(
            EventOf(template, sections), context).Bundle!.Entry.Select(e => e.Resource).OfType<Composition>().Single();
    }
}
