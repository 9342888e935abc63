using System.Text;
using System.Text.Json;
using FhirGateway.Mapping.Codes;
using Hl7.Fhir.Model;

namespace FhirGateway.Mapping.Tests;

/// <summary>Sections of a vendor that exists nowhere.</summary>
public sealed class SectionsTests
{
    private static readonly SourceSettings Source = SourceSettings.Default("clinic", "example");

    [Theory]
    [InlineData("""{"known":"a","other":"b"}""", "other", "known")]
    [InlineData("""{"other":"b","known":"a","dropped":"c"}""", "other", "known")]
    [InlineData("""{"group":{"one":"a","two":{"deep":"b"}}}""", "group", "one", "two")]
    public void No_sub_section_is_written_twice(string body, params string[] titles)
    {
        var bundle = Translate(body).Bundle!;

        Assert.Equal(
            titles, Flat(bundle.Entry.Select(e => e.Resource).OfType<Composition>().Single().Section).Select(section => section.Title));
    }

    private static Translation Translate(string body)
    {
        var vendor = new ExampleVendor();
        var e = Assert.Single(vendor.Read(Encoding.UTF8.GetBytes($$$"""{"note":{{{body}}}}"""), Source).Events);
        return vendor.Translate(
            e,
            new TranslationContext(
                Source, new MessageFacts("message-1", DateTimeOffset.UnixEpoch), new Dictionary<Lookup, JsonElement>(), null,
                IsLate: false));
    }

    private static IEnumerable<Composition.SectionComponent> Flat(IEnumerable<Composition.SectionComponent> sections) =>
        sections.SelectMany(s => Flat(s.Section).Prepend(s));

    private sealed class ExampleVendor : VendorDefinition
    {
        public ExampleVendor() : base("example", "Example") => Event("note").MappedBy<NoteMapping>();
    }

    private sealed class NoteMapping : DocumentMapping
    {
        public NoteMapping()
        {
            WrittenBy(Asserted.ByAi);
            Always((Composition c) => c.Status, CompositionStatus.Preliminary);
            Always((Composition c) => c.Type, Loinc.Note);
            Always((Composition c) => c.Title, "Note");
            // EverySection stands before and after rules of its own set, and alone inside a section.
            In("note", note =>
            {
                note.Section("group", group => group.EverySection());
                note.EverySection();
                note.Section("known");
                note.Ignore("dropped", "a test");
            });
        }
    }
}
