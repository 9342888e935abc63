using System.Text;
using System.Text.Json;
using FhirGateway.Mapping;
using FhirGateway.Mapping.Json;
using Hl7.Fhir.Model;

namespace FhirGateway.Mappings.Tests.Nabla;

public sealed class NablaTranslationTests
{
    private readonly VendorDefinition _nabla = Vendors.Named("nabla");
    private readonly SourceSettings _source = Vendors.Source("nabla");

    [Fact]
    public void A_note_is_correlated_by_the_clients_request_id_or_else_by_its_own()
    {
        Assert.Equal([new CorrelationLookup("visit-5510-note-1")], IntentOf(Event("note")).Lookups);
        Assert.Equal([new CorrelationLookup("c8b1f6d4-2e73-4a59-b0c6-8d7e6f5a4b32")], IntentOf(Event("note-without-request-id")).Lookups);
    }

    [Fact]
    public void Notes_of_one_encounter_and_template_are_versions_of_one_document()
    {
        const string Registered = """{"patient":"p","encounter":"e","template":"GENERIC_SOAP"}""";
        var (first, second) = (Event("note"), Event("note-without-request-id"));

        Assert.Equal(IntentOf(first, Registered).Version!.SetKey, IntentOf(second, Registered).Version!.SetKey);
        Assert.NotEqual(IntentOf(first, Registered).Version!.VersionId, IntentOf(second, Registered).Version!.VersionId);
        Assert.True(VersionOrder.Compare(
            IntentOf(first, Registered).Version!.Order, IntentOf(second, Registered).Version!.Order, _source.ClockTolerance) < 0);
    }

    [Fact]
    public void Without_a_template_the_notes_of_an_encounter_do_not_stand_side_by_side()
    {
        const string Registered = """{"patient":"p","encounter":"e"}""";
        var (first, second) = (
            IntentOf(Event("note"), Registered).Version!, IntentOf(Event("note-without-request-id"), Registered).Version!);

        Assert.Equal("encounter:e", first.SetKey);
        Assert.Equal(first.SetKey, second.SetKey);
        Assert.NotEqual(
            IntentOf(Event("note"), """{"patient":"p"}""").Version!.SetKey,
            IntentOf(Event("note-without-request-id"), """{"patient":"p"}""").Version!.SetKey);
    }

    [Theory]
    [InlineData("""{"patient":"p","encounter":"other","template":"GENERIC_SOAP"}""")]
    [InlineData("""{"patient":"p","encounter":"e","template":"GENERIC_MULTIPLE_SECTIONS"}""")]
    [InlineData("""{"patient":"p","encounter":"e"}""")] // not known to be of that template
    [InlineData("""{"patient":"p","template":"GENERIC_SOAP"}""")] // nor of which encounter
    public void Any_other_note_stands_alone(string registered) => Assert.NotEqual(
        IntentOf(Event("note"), """{"patient":"p","encounter":"e","template":"GENERIC_SOAP"}""").Version!.SetKey,
        IntentOf(Event("note-without-request-id"), registered).Version!.SetKey);

    [Theory]
    [InlineData("GENERIC_SOAP", "11506-3")]
    [InlineData("PEDIATRICS_SOAP", "11506-3")]
    [InlineData("GENERIC_MULTIPLE_SECTIONS", "11506-3")]
    [InlineData("EMERGENCY_MEDICINE_SOAP", "34111-5")]
    [InlineData("PSYCHIATRY_MULTIPLE_SECTIONS", "34109-9")]
    public void A_template_says_what_kind_of_note_it_is(string template, string loinc)
    {
        var type = CompositionOf($$"""{"patient":"p","template":"{{template}}"}""").Type!;

        Assert.Equal((loinc, template), (type.Coding[0].Code, type.Text));
    }

    [Theory]
    [InlineData("ENGLISH_US", "en-US")]
    [InlineData("french_fr", "fr-FR")]
    [InlineData("de-CH", "de-CH")]
    [InlineData("KLINGON", null)]
    [InlineData("eng", null)]
    [InlineData("en-UK", null)]
    public void A_locale_is_told_as_a_language_tag(string locale, string? tag) =>
        Assert.Equal(tag, CompositionOf($$"""{"patient":"p","locale":"{{locale}}"}""").Language);

    [Theory]
    [InlineData("""{"encounter":"e"}""", "Correlation:/patient")]
    [InlineData("""{"patient":{"id":"p"}}""", "Correlation:/patient")]
    [InlineData("""{"patient":"p","template":["SOAP"]}""", "Correlation:/template")]
    [InlineData("\"p\"", "Correlation:")]
    public void What_is_registered_badly_is_a_problem_not_a_guess(string registered, string pointer)
    {
        var translation = Translate(Event("note"), registered);

        Assert.Null(translation.Bundle);
        Assert.Contains(translation.Problems, p => p.Severity == ProblemSeverity.Error && p.Pointer == pointer);
    }

    [Fact]
    public void A_practitioner_is_an_author_and_never_an_attester()
    {
        var composition = CompositionOf("""{"patient":"p","practitioner":"Practitioner/7"}""");

        Assert.Empty(composition.Attester);
        Assert.Contains(composition.Author, a => a.Reference == "Practitioner/7");
        Assert.Equal(2, composition.Author.Count);
        Assert.Single(CompositionOf("""{"patient":"p"}""").Author);
    }

    [Fact]
    public void Every_word_of_every_section_is_in_the_sections_and_in_the_plain_text()
    {
        var e = Event("note");
        var translation = Translate(e, """{"patient":"p"}""");
        var shown = System.Net.WebUtility.HtmlDecode(
            string.Concat(Resource<Composition>(translation).Section.Select(s => s.Title + s.Text!.Div)));
        var plain = Encoding.UTF8.GetString(Resource<DocumentReference>(translation).Content[0].Attachment!.Data!);

        foreach (var section in e.Body.GetProperty("data")
            .GetProperty("payload")
            .GetProperty("note")
            .GetProperty("sections")
            .EnumerateArray())
        {
            foreach (var word in $"{section.GetProperty("title")} {section.GetProperty("text")}".Split(
                (char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            {
                Assert.Contains(word, shown, StringComparison.Ordinal);
                Assert.Contains(word, plain, StringComparison.Ordinal);
            }
        }

        Assert.Equal(
            ["No content generated"],
            Resource<Composition>(translation).Section.Where(s => s.EmptyReason is not null).Select(
                s => System.Text.RegularExpressions.Regex.Replace(s.Text!.Div!, "<[^>]*>", "")));
    }

    [Fact]
    public void Suggestions_are_not_in_the_note()
    {
        var translation = Translate(Event("note"), """{"patient":"p"}""");
        var bundle = ResourceJson.WritePretty(translation.Bundle!);
        var text = Encoding.UTF8.GetString(Resource<DocumentReference>(translation).Content[0].Attachment!.Data!);

        Assert.DoesNotContain("nhaler technique", bundle, StringComparison.Ordinal);
        Assert.DoesNotContain("nhaler technique", text, StringComparison.Ordinal);
        Assert.Empty(translation.Drift);
    }

    [Fact]
    public void A_regenerated_note_replaces_the_one_before()
    {
        var predecessor = new WrittenVersion(
            new OwnedResource("DocumentReference", "urn:fhir-gateway:test-nabla:document-reference", "before"), null, []);
        var e = Event("note");
        var translation = _nabla.Translate(
            e, Context(e, """{"patient":"p","encounter":"e","template":"t"}""") with { Predecessor = predecessor });

        Assert.Equal(DocumentRelationshipType.Replaces, Resource<DocumentReference>(translation).RelatesTo[0].Code);
        Assert.Contains(translation.Bundle!.Entry, entry => entry.Request!.Method == Bundle.HTTPVerb.PATCH);
    }

    [Fact]
    public void Nothing_of_the_samples_is_unknown()
    {
        Assert.Empty(Translating.Of("nabla", "note").Single().Drift);
        Assert.Empty(Translating.Of("nabla", "note-without-request-id").Single().Drift);
    }

    private static VendorEvent Event(string sample) => Translating.EventsOf("nabla", sample).Single();

    private Intent IntentOf(VendorEvent e, string? registered = null) =>
        _nabla.IntentOf(e, _source, Translating.Facts.ReceivedAt, registered is null ? null : Found(e, registered));

    private Translation Translate(VendorEvent e, string registered) => _nabla.Translate(e, Context(e, registered));

    private TranslationContext Context(VendorEvent e, string registered) =>
        new(_source, Translating.Facts, Found(e, registered), null, IsLate: false);

    private Dictionary<Lookup, JsonElement> Found(VendorEvent e, string registered) =>
        new() { [_nabla.LookupsOf(e, _source).Single()] = JsonElement.Parse(registered) };

    private Composition CompositionOf(string registered) => Resource<Composition>(Translate(Event("note"), registered));

    private static T Resource<T>(Translation translation)
        where T : Resource => translation.Bundle!.Entry.Select(e => e.Resource).OfType<T>().Single();
}
