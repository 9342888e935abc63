using System.Text.Json;
using FhirGateway.Mapping.Codes;
using FhirGateway.Mapping.Rules;

namespace FhirGateway.Mapping.Notes;

/// <summary>A key that is a section.</summary>
public sealed class SectionRule : MappingRule
{
    private readonly string _key;
    private readonly Absence _absence;
    private readonly SectionCodes? _codes;
    private readonly SectionSet? _inner;
    private RuleRow? _row;

    internal SectionRule(string key, Absence absence, SectionCodes? codes, SectionSet? inner) =>
        (_key, _absence, _codes, _inner) = (key, absence, codes, inner);

    public override IEnumerable<RuleRow> Rows(string scope)
    {
        var source = SourceOf(scope, _key);
        var own = Row with { Source = source };
        return _inner is null ? [own] : _inner.Rows(source).Prepend(own);
    }

    private Concept? Code => _codes?.CodeOf(_key);

    private RuleRow Row => _row ??= new RuleRow("", "section", SectionPart(), Code is { } code ? code.ToString() : "title only", Reason);

    internal override bool Knows(Place at, string key) => at.Names(_key, key);

    internal override void Apply(Draft draft, Place at)
    {
        if (at.Child(_key) is not { } place) return; // a key that is not there says nothing, not even that nothing was asked
        var section = new NoteSection(_key) { Code = _codes?.Of(_key, _key, _key), Source = place.Pointer, Rule = Row };
        if (place.Scalar is { } text)
        {
            draft.Places.Know(place);
            SectionText.Fill(section, text, _absence);
        }
        else if (_inner is not null && place.Value.ValueKind == JsonValueKind.Object)
        {
            draft.Places.Know(place);
            draft.Within(section, () => _inner.Apply(draft, place));
        }
        else
        {
            SectionText.ShowOdd(draft, section, "", place, _inner is null ? "text" : "an object");
        }

        draft.Sections.Add(section);
    }
}
