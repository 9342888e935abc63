using System.Text.Json;
using FhirGateway.Mapping.Codes;
using FhirGateway.Mapping.Rules;
using Hl7.Fhir.Model;

namespace FhirGateway.Mapping.Notes;

/// <summary>
/// An array that a section lists in words and in resources. An item that names nothing ("None", "Not asked") stays words: it is what was
/// said, not a medication.
/// </summary>
public sealed class EntriesRule : MappingRule
{
    private readonly string _key;
    private readonly CreateRule _create;
    private readonly Absence _absence;

    internal EntriesRule(string key, CreateRule create, Absence absence) => (_key, _create, _absence) = (key, create, absence);

    public override IEnumerable<RuleRow> Rows(string scope)
    {
        var source = SourceOf(scope, _key);
        return _create.Rows(source + "/*").Prepend(
            new RuleRow(source, "entries", SectionPart("entry"), "every item in words, too", Reason));
    }

    internal override bool Knows(Place at, string key) => at.Names(_key, key);

    internal override void Apply(Draft draft, Place at)
    {
        if (at.Child(_key) is not { } place) return;
        var section = draft.Section ?? throw new InvalidOperationException($"{_key}: entries need a section around them.");
        if (place.Scalar is { } words)
        {
            draft.Places.Know(place);
            if (section.Text.Length == 0) SectionText.Fill(section, words, _absence);
            else if (!string.IsNullOrWhiteSpace(words)) section.Text += "\n" + words.Trim();
            return;
        }

        if (place.Value.ValueKind != JsonValueKind.Array)
        {
            SectionText.ShowOdd(draft, section, _key, place, "an array");
            return;
        }

        draft.Places.Know(place);
        var index = 0;
        foreach (var item in place.Items()) AddItem(draft, section, item, index++);
        if (section is { Text: "", Structures.Count: 0, Entries.Count: 0 }) section.EmptyReason ??= WhyNothing(place);
    }

    private void AddItem(Draft draft, NoteSection section, Place item, int index)
    {
        AddWords(section, Words(item.Value));
        draft.Places.Show(item); // all of its words are there
        if (item.Scalar is not null)
        {
            draft.Places.Know(item);
            return;
        }

        draft.Absence = _absence;
        if (_create.Create(draft, item, index) is { } created) section.Entries.Add(new ResourceReference(draft.FullUrl(created)));
        draft.Absence = null;
    }

    private static void AddWords(NoteSection section, string words)
    {
        if (!string.IsNullOrWhiteSpace(words)) section.Items.Add(words);
    }

    private static string Words(JsonElement item) =>
        item.ValueKind != JsonValueKind.Object ? Readable.Inline(item) : string.Join("; ", item.EnumerateObject()
        .Select(property => (property.Name, Words: Readable.Inline(property.Value)))
        .Where(property => property.Words.Length > 0)
        .Select(property => $"{property.Name}: {property.Words}"));

    // Nothing but phrases of one meaning: the list is as absent as they say. An empty list is not a statement that there is nothing to
    // list.
    private Concept? WhyNothing(Place list)
    {
        var values = list.Items().SelectMany(Values).Where(value => !string.IsNullOrWhiteSpace(value)).Select(_absence.RuleInList).ToList();
        return values.Count > 0 && values.TrueForAll(rule => rule?.Reason == values[0]?.Reason) ? values[0]?.Reason : null;
    }

    private static IEnumerable<string> Values(Place place) => place.Scalar is { } scalar ? [scalar] : place.Children().SelectMany(Values);
}
