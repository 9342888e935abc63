using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using FhirGateway.Mapping;
using FhirGateway.Mapping.Json;
using FhirGateway.Mapping.Notes;
using Hl7.Fhir.Model;

namespace FhirGateway.Mappings.Tests;

/// <summary>
/// Text is sacred: whatever shape a note comes in, each of its words is in the Composition's narrative and in the attachment's text,
/// unless a
/// rule maps it elsewhere, or leaves it out and says why.
/// </summary>
public sealed partial class NoWordIsLostTests
{
    private static readonly JsonSerializerOptions AsWritten = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static TheoryData<string, string> Notes
    {
        get
        {
            var notes = new TheoryData<string, string>();
            foreach (var vendor in Vendors.Catalog.Vendors)
            {
                foreach (var sample in vendor.Samples)
                {
                    if (Translating.EventsOf(vendor.Name, sample.Name).Any(
                        e => e.Acknowledged is null && vendor.Events.First(rule => rule.Type == e.Type).Mapping is DocumentMapping))
                        notes.Add(vendor.Name, sample.Name);
                }
            }

            return notes;
        }
    }

    [Theory]
    [MemberData(nameof(Notes))]
    public void No_word_of_a_changed_note_is_lost(string vendor, string sample)
    {
        var random = RandomPayloads.Source();
        var original = RandomPayloads.Copy(JsonElement.Parse(Vendors.Sample(vendor, sample).Body.Span))!;
        var (lost, translated) = (new SortedDictionary<string, string>(StringComparer.Ordinal), 0);
        for (var i = RandomPayloads.Count; i > 0; i--)
        {
            var payload = original.DeepClone();
            var changes = string.Join(
                "; ", Enumerable.Range(0, random.Next(1, 5)).Select(_ => RandomPayloads.Break(payload, random)).ToList());
            var reading = Vendors.Named(vendor).Read(Encoding.UTF8.GetBytes(payload.ToJsonString()), Vendors.Source(vendor));
            foreach (var e in reading.Events.Where(e => e.Problems.Count == 0 && e.Acknowledged is null))
            {
                translated++;
                foreach (var (pointer, why) in Lost(vendor, sample, e))
                {
                    lost.TryAdd(Index().Replace(pointer, "/*"), $"{why} after {changes}");
                }
            }
        }

        Assert.True(lost.Count == 0, string.Join("\n", lost.Select(each => $"{each.Key}: {each.Value}")));
        Assert.True(
            translated > RandomPayloads.Count / 4,
            $"Only {translated} of {RandomPayloads.Count} payloads were taken: the test looks at too few.");
    }

    private static IEnumerable<(string Pointer, string Why)> Lost(string vendor, string sample, VendorEvent e)
    {
        var translation = Vendors.Named(vendor).Translate(e, Translating.ContextOf(vendor, e, Vendors.Sample(vendor, sample)));
        if (translation.Bundle is not { } bundle)
        {
            yield return (e.Pointer, "the note is stopped: " + string.Join(" ", translation.Problems.Select(problem => problem.Text)));
            yield break;
        }

        var composition = bundle.Entry.Select(entry => entry.Resource).OfType<Composition>().Single();
        var document = bundle.Entry.Select(entry => entry.Resource).OfType<DocumentReference>().Single();
        var narrative = Squeezed(string.Join(
            '\n',
            Flat(composition.Section).Select(
                section => $"{section.Title}\n{WebUtility.HtmlDecode(Tag().Replace(section.Text?.Div ?? "", "\n"))}")));
        var text = Squeezed(Encoding.UTF8.GetString(document.Content[0].Attachment!.Data!));
        var written = ResourceJson.WritePretty(bundle);
        var rows = Vendors.Named(vendor).Events.First(rule => rule.Type == e.Type).Mapping!.Rows.ToList();
        foreach (var (pointer, words) in Leaves(e.Body, e.Pointer))
        {
            // Listed with what is asked of it: an empty value, or one that a rule leaves out and says why.
            if (string.IsNullOrWhiteSpace(words)
                || rows.Exists(row => row is { Action: "ignored", Because.Length: > 0 } && JsonPointer.IsAtOrBelow(pointer, row.Source)))
            {
                continue;
            }

            var clean = Squeezed(CleanText.Of(words));
            if (narrative.Contains(clean, StringComparison.OrdinalIgnoreCase) && text.Contains(clean, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            // A rule writes it to an element of its own, where it must be.
            var isMapped = rows.Exists(row => row.Source == Index().Replace(pointer, "/*"))
                && (written.Contains(Escaped(clean), StringComparison.OrdinalIgnoreCase)
                    || written.Contains(InCondition(words), StringComparison.Ordinal));
            if (!isMapped)
            {
                yield return (pointer, $"{JsonSerializer.Serialize(words.Length > 40 ? words[..40] : words)} is not in the note");
            }
        }
    }

    private static IEnumerable<(string Pointer, string Words)> Leaves(JsonElement value, string pointer) => value.ValueKind switch
    {
        JsonValueKind.Object =>
            value.EnumerateObject().SelectMany(property => Leaves(property.Value, JsonPointer.Append(pointer, property.Name))),
        JsonValueKind.Array => value.EnumerateArray().SelectMany((item, index) => Leaves(item, JsonPointer.Append(pointer, index))),
        JsonValueKind.String => [(pointer, value.GetString()!)],
        JsonValueKind.Null => [],
        _ => [(pointer, value.GetRawText())],
    };

    private static IEnumerable<Composition.SectionComponent> Flat(IEnumerable<Composition.SectionComponent> sections) =>
        sections.SelectMany(s => Flat(s.Section).Prepend(s));

    private static string Squeezed(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static string Escaped(string text) => JsonSerializer.Serialize(text, AsWritten)[1..^1];

    // As it stands in a reference's search.
    private static string InCondition(string text) => new Identity("", text).Query.Split("%7C", 2)[1];

    [GeneratedRegex("<[^>]*>", RegexOptions.CultureInvariant)]
    private static partial Regex Tag();

    [GeneratedRegex(@"/\d+(?=/|$)", RegexOptions.CultureInvariant)]
    private static partial Regex Index();
}
