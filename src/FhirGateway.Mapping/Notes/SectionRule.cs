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

    internal SectionRule(string key, Absence absence, CodeMap? codes, SectionSet? inner) => (_key, _absence, _codes, _inner) = (key, absence, codes, inner);

    public SectionRule Because(string reason)
    {
        Reason = reason;
        return this;
    }

    public override IEnumerable<RuleRow> Rows(string scope)
    {
        var source = SourceOf(scope, _key);
        var own = new RuleRow(source, "section", "Composition.section", Code is { } code ? code.ToString() : "title only", Reason);
        return _inner is null ? [own] : _inner.Rows(source).Prepend(own);
    }

    private Concept? Code => _codes?.FindListed(_key);

    internal override void Apply(Draft draft, Place at)
    {
        if (at.Child(_key) is not { } place) return; // a key that is not there says nothing, not even that nothing was asked
        var section = new NoteSection(_key) { Code = Code?.ToCodeableConcept(), Source = place.Pointer, Rule = Rows("").First().InWords };
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
        var known = _inner!.Rows("").Select(row => row.Source.Split('/') is [_, var first, ..] ? Json.JsonPointer.Unescape(first) : "").ToHashSet(StringComparer.Ordinal);
        foreach (var property in place.Value.EnumerateObject())
        {
            if (known.Contains(property.Name) || place.Child(property.Name) is not { } child) continue;
            var unknown = new NoteSection(property.Name) { Source = child.Pointer, Rule = "a key that no rule knows: its words are kept" };
            SectionText.Fill(unknown, SectionText.Serialised(child.Value), _absence);
            section.Sections.Add(unknown);
        }
    }
}

/// <summary>Every key of an object as a section of its own.</summary>
public sealed class EverySectionRule : MappingRule
{
    private readonly Absence _absence;
    private readonly CodeMap? _codes;
    private Func<string, string> _title = key => key;

    internal EverySectionRule(Absence absence, CodeMap? codes) => (_absence, _codes) = (absence, codes);

    /// <summary>How a key becomes a heading.</summary>
    public EverySectionRule Titled(Func<string, string> title)
    {
        _title = title;
        return this;
    }

    public EverySectionRule Because(string reason)
    {
        Reason = reason;
        return this;
    }

    public override IEnumerable<RuleRow> Rows(string scope) =>
        [new RuleRow(scope + "/*", "section", "Composition.section", $"every key{(_codes is null ? "" : $"; codes from {_codes.Id}")}; content that is no text is serialised", Reason, WholeSubtree: true)];

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
                Rule = Rows("").First().InWords,
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

    internal ListedSectionsRule(string array, string key, string title, string text, Absence absence, CodeMap? codes) =>
        (_names, _absence, _codes) = ((array, key, title, text), absence, codes);

    public ListedSectionsRule Because(string reason)
    {
        Reason = reason;
        return this;
    }

    public override IEnumerable<RuleRow> Rows(string scope)
    {
        var item = SourceOf(scope, _names.Array) + "/*";
        yield return new RuleRow(SourceOf(item, _names.Key), "section", "Composition.section.code", _codes is null ? "the key" : $"codes from {_codes.Id}", Reason);
        yield return new RuleRow(SourceOf(item, _names.Title), "section", "Composition.section.title", "verbatim", null);
        yield return new RuleRow(SourceOf(item, _names.Text), "section", "Composition.section.text", "verbatim", null);
    }

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
                Rule = Rows("").First().InWords,
            };
            section.Code = SectionText.Code(_codes, word, section.Title);
            SectionText.Fill(section, text?.Scalar ?? "", _absence);
            draft.Sections.Add(section);
        }
    }
}
