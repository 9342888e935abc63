using System.Net;
using System.Text.Json;
using Hl7.Fhir.Model;

namespace FhirGateway.Mappings.Tests;

/// <summary>What a clinician would miss: every word of a note is in its sections and in its plain text.</summary>
public sealed class NothingIsLostTests
{
    [Theory]
    [MemberData(nameof(Notes))]
    public void Every_word_of_a_note_is_in_its_sections_and_in_its_plain_text(string vendor, string sample, string noteAt)
    {
        var message = JsonElement.Parse(Vendors.Sample(vendor, sample).Body.Span);
        var bundle = Assert.Single(Translating.Of(vendor, sample)).Bundle!;
        var composition = bundle.Entry.Select(e => e.Resource).OfType<Composition>().Single();
        var document = bundle.Entry.Select(e => e.Resource).OfType<DocumentReference>().Single();
        var shown = WebUtility.HtmlDecode(string.Concat(Divs(composition.Section)));
        var plain = System.Text.Encoding.UTF8.GetString(document.Content[0].Attachment!.Data!);

        foreach (var word in Strings(message.GetProperty(noteAt)).SelectMany(
            text => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)))
        {
            Assert.Contains(word, shown, StringComparison.OrdinalIgnoreCase);
            Assert.Contains(word, plain, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Theory]
    [MemberData(nameof(Notes))]
    public void Every_section_has_text_entries_or_sub_sections_and_a_reason_never_stands_beside_entries(
        string vendor, string sample, string _)
    {
        var composition = Assert.Single(
            Translating.Of(vendor, sample)).Bundle!.Entry.Select(e => e.Resource).OfType<Composition>().Single();

        Assert.All(Flat(composition.Section), section =>
        {
            Assert.True(section.Text is not null || section.Entry.Count > 0 || section.Section.Count > 0, section.Title);
            Assert.True(section.EmptyReason is null || (section.Entry.Count == 0 && section.Text is not null), section.Title);
            Assert.NotEqual("nilknown", section.EmptyReason?.Coding[0].Code);
        });
    }

    public static TheoryData<string, string, string> Notes()
    {
        var data = new TheoryData<string, string, string>();
        foreach (var (vendor, noteAt) in new[] { ("hami", "intakeSummary"), ("insight-health", "sections") })
        {
            foreach (var sample in Vendors.Named(vendor).Samples) data.Add(vendor, sample.Name, noteAt);
        }

        return data;
    }

    private static IEnumerable<Composition.SectionComponent> Flat(IEnumerable<Composition.SectionComponent> sections) =>
        sections.SelectMany(s => Flat(s.Section).Prepend(s));

    private static IEnumerable<string> Divs(IEnumerable<Composition.SectionComponent> sections) =>
        Flat(sections).Select(s => s.Text?.Div ?? "");

    private static IEnumerable<string> Strings(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(p => Strings(p.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Strings),
        JsonValueKind.String => [element.GetString()!],
        JsonValueKind.Number => [element.GetRawText()],
        _ => [],
    };
}
