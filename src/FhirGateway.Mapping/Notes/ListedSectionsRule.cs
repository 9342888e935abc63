using System.Text.Json;
using FhirGateway.Mapping.Rules;

namespace FhirGateway.Mapping.Notes;

/// <summary>Every item of an array as a section with its own key, title and text.</summary>
public sealed class ListedSectionsRule : MappingRule
{
    private readonly (string Array, string Key, string Title, string Text) _names;
    private readonly Absence _absence;
    private readonly SectionCodes? _codes;
    private RuleRow? _row;

    internal ListedSectionsRule(string array, string key, string title, string text, Absence absence, SectionCodes? codes) =>
        (_names, _absence, _codes) = ((array, key, title, text), absence, codes);

    public override IEnumerable<RuleRow> Rows(string scope)
    {
        var item = SourceOf(scope, _names.Array) + "/*";
        yield return Row with { Source = SourceOf(item, _names.Key) };
        yield return new RuleRow(SourceOf(item, _names.Title), "section", SectionPart("title"), "verbatim", null);
        yield return new RuleRow(SourceOf(item, _names.Text), "section", SectionPart("text"), "verbatim", null);
    }

    private RuleRow Row =>
        _row ??= new RuleRow("", "section", SectionPart("code"), _codes is null ? "the key" : $"codes from {_codes.Ids}", Reason);

    internal override bool Knows(Place at, string key) => at.Names(_names.Array, key);

    internal override void Apply(Draft draft, Place at)
    {
        if (at.Child(_names.Array) is not { Value.ValueKind: not JsonValueKind.Null } list) return;
        if (list.Value.ValueKind != JsonValueKind.Array)
        {
            draft.ShapeChanged(list, "an array");
            return;
        }

        draft.Places.Know(list);
        foreach (var item in list.Items())
            draft.Sections.Add(item.Value.ValueKind == JsonValueKind.Object ? SectionOf(draft, item) : OddSection(draft, item));
    }

    private NoteSection SectionOf(Draft draft, Place item)
    {
        draft.Places.Know(item);
        var (key, title) = (Words(draft, item.Child(_names.Key)), Words(draft, item.Child(_names.Title)));
        var section = NewSection(item, new[] { title, _codes?.TitleOf(key), key }.FirstOrDefault(name => !string.IsNullOrWhiteSpace(name)));
        section.Code = _codes?.Of(key, section.Title, section.Title);
        if (item.Child(_names.Text) is not { } text)
            draft.Problems.Add(Problem.Warning("required", "A section without text.", item.Pointer));
        else if (text.Scalar is null) SectionText.ShowOdd(draft, section, "", text, "text");
        else SectionText.Fill(section, Words(draft, text), _absence);
        return section;
    }

    private NoteSection OddSection(Draft draft, Place item)
    {
        var section = NewSection(item, null);
        SectionText.FillWithAny(section, item.Value, _absence);
        draft.ShapeChanged(item, "an object");
        draft.Places.Show(item);
        return section;
    }

    private NoteSection NewSection(Place item, string? title) => new(title ?? "Untitled section") { Source = item.Pointer, Rule = Row };

    // What is not text stays unknown, and goes into the note under its own key.
    private static string Words(Draft draft, Place? part)
    {
        if (part is not { } place) return "";
        if (place.Scalar is not { } words)
        {
            draft.ShapeChanged(place, "text");
            return "";
        }

        draft.Places.Know(place);
        return words;
    }
}
