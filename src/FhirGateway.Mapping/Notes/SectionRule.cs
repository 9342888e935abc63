using System.Text.Json;
using FhirGateway.Mapping.Codes;
using FhirGateway.Mapping.Rules;

namespace FhirGateway.Mapping.Notes;

/// <summary>A key that is a section.</summary>
public sealed class SectionRule : MappingRule
{
    private readonly string _key;
    private readonly Absence _absence;
    private readonly CodeMap? _codes;
    private readonly SectionSet? _inner;
    private RuleRow? _row;

    internal SectionRule(string key, Absence absence, CodeMap? codes, SectionSet? inner) => (_key, _absence, _codes, _inner) = (key, absence, codes, inner);

    public override IEnumerable<RuleRow> Rows(string scope)
    {
        var source = SourceOf(scope, _key);
        var own = Row with { Source = source };
        return _inner is null ? [own] : _inner.Rows(source).Prepend(own);
    }

    private Concept? Code => _codes?.FindListed(_key);

    private RuleRow Row => _row ??= new RuleRow("", "section", SectionPart(), Code is { } code ? code.ToString() : "title only", Reason);

    internal override bool Knows(string key) => key == _key;

    internal override void Apply(Draft draft, Place at)
    {
        if (at.Child(_key) is not { } place) return; // a key that is not there says nothing, not even that nothing was asked
        var section = new NoteSection(_key) { Code = Code?.ToCodeableConcept(), Source = place.Pointer, Rule = Row };
        if (place.Scalar is { } text)
        {
            draft.Know(place);
            SectionText.Fill(section, text, _absence);
        }
        else if (_inner is not null && place.Value.ValueKind == JsonValueKind.Object)
        {
            draft.Within(section, () => _inner.Apply(draft, place));
            KeepUnknown(draft, section, place);
            if (section is { Sections.Count: 0, Entries.Count: 0, Items.Count: 0, Text: "" }) SectionText.Fill(section, "", _absence);
        }
        else
        {
            draft.ShapeChanged(place, _inner is null ? "text" : "an object");
            return;
        }

        draft.Sections.Add(section);
    }

    // Words under a key that no rule knows are drift, but they are also part of the note.
    private void KeepUnknown(Draft draft, NoteSection section, Place place)
    {
        foreach (var property in place.Value.EnumerateObject())
        {
            if (_inner!.Knows(property.Name)) continue;
            var child = new Place(property.Value, Json.JsonPointer.Append(place.Pointer, property.Name));
            var unknown = new NoteSection(property.Name) { Source = child.Pointer, Rule = Unknown };
            SectionText.Fill(unknown, SectionText.Serialised(child.Value), _absence);
            section.Sections.Add(unknown);
        }
    }

    private static RuleRow Unknown { get; } = new("", "section", SectionPart(), "a key that no rule knows: its words are kept", null);
}

/// <summary>Every key of an object as a section of its own.</summary>
public sealed class EverySectionRule : MappingRule
{
    private readonly Absence _absence;
    private readonly CodeMap? _codes;
    private Func<string, string> _title = key => key;
    private RuleRow? _row;

    internal EverySectionRule(Absence absence, CodeMap? codes) => (_absence, _codes) = (absence, codes);

    /// <summary>How a key becomes a heading.</summary>
    public EverySectionRule Titled(Func<string, string> title)
    {
        _title = title;
        return this;
    }

    public override IEnumerable<RuleRow> Rows(string scope) =>
        [Row with { Source = scope + "/*" }];

    private RuleRow Row => _row ??= new RuleRow(
        "", "section", SectionPart(), $"every key{(_codes is null ? "" : $"; codes from {_codes.Id}")}; content that is no text is serialised", Reason, wholeSubtree: true);

    internal override bool Knows(string key) => true;

    internal override void Apply(Draft draft, Place at)
    {
        foreach (var property in at.Value.EnumerateObject())
        {
            var place = new Place(property.Value, Json.JsonPointer.Append(at.Pointer, property.Name));
            draft.KnowAll(place);
            var title = _title(property.Name);
            var section = new NoteSection(string.IsNullOrWhiteSpace(title) ? "Untitled section" : title)
            {
                Source = place.Pointer,
                Rule = Row,
            };
            section.Code = SectionText.Code(_codes, property.Name, section.Title);
            SectionText.Fill(section, SectionText.Serialised(place.Value), _absence);
            draft.Sections.Add(section);
        }
    }
}

/// <summary>Every item of an array as a section with its own key, title and text.</summary>
public sealed class ListedSectionsRule : MappingRule
{
    private readonly (string Array, string Key, string Title, string Text) _names;
    private readonly Absence _absence;
    private readonly CodeMap? _codes;
    private RuleRow? _row;

    internal ListedSectionsRule(string array, string key, string title, string text, Absence absence, CodeMap? codes) =>
        (_names, _absence, _codes) = ((array, key, title, text), absence, codes);

    public override IEnumerable<RuleRow> Rows(string scope)
    {
        var item = SourceOf(scope, _names.Array) + "/*";
        yield return Row with { Source = SourceOf(item, _names.Key) };
        yield return new RuleRow(SourceOf(item, _names.Title), "section", SectionPart("title"), "verbatim", null);
        yield return new RuleRow(SourceOf(item, _names.Text), "section", SectionPart("text"), "verbatim", null);
    }

    private RuleRow Row => _row ??= new RuleRow("", "section", SectionPart("code"), _codes is null ? "the key" : $"codes from {_codes.Id}", Reason);

    internal override bool Knows(string key) => key == _names.Array;

    internal override void Apply(Draft draft, Place at)
    {
        if (at.Child(_names.Array) is not { Value.ValueKind: not JsonValueKind.Null } list) return;
        if (list.Value.ValueKind != JsonValueKind.Array)
        {
            draft.ShapeChanged(list, "an array");
            return;
        }

        draft.Know(list);
        foreach (var item in list.Items())
        {
            var (key, title, text) = (item.Child(_names.Key), item.Child(_names.Title), item.Child(_names.Text));
            foreach (var part in new[] { key, title, text }.OfType<Place>())
            {
                draft.Know(part);
                if (part.Scalar is null) draft.ShapeChanged(part, "text");
            }

            if (text is null) draft.Problems.Add(Problem.Error("required", "A section without text.", item.Pointer));
            var word = key?.Scalar ?? "";
            var section = new NoteSection(new[] { title?.Scalar, word }.FirstOrDefault(name => !string.IsNullOrWhiteSpace(name)) ?? "Untitled section")
            {
                Source = item.Pointer,
                Rule = Row,
            };
            section.Code = SectionText.Code(_codes, word, section.Title);
            SectionText.Fill(section, text?.Scalar ?? "", _absence);
            draft.Sections.Add(section);
        }
    }
}
