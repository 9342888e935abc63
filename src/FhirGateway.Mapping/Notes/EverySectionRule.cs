using FhirGateway.Mapping.Rules;

namespace FhirGateway.Mapping.Notes;

/// <summary>Every key of an object that no other rule of its set reads, as a section of its own.</summary>
public sealed class EverySectionRule : MappingRule
{
    private readonly SectionSet _set;
    private readonly Absence _absence;
    private readonly SectionCodes? _codes;
    private Func<string, string> _title = key => key;
    private RuleRow? _row;

    internal EverySectionRule(SectionSet set, Absence absence, SectionCodes? codes) => (_set, _absence, _codes) = (set, absence, codes);

    /// <summary>How a key becomes a heading, where no concept map has a title for it.</summary>
    public EverySectionRule Titled(Func<string, string> title)
    {
        _title = title;
        return this;
    }

    public override IEnumerable<RuleRow> Rows(string scope) =>
        [Row with { Source = scope + "/*" }];

    private RuleRow Row => _row ??= new RuleRow(
        "",
        "section",
        SectionPart(),
        $"every key{(_codes is null ? "" : $"; codes from {_codes.Ids}")}; content that is not text is shown as names and values",
        Reason,
        wholeSubtree: true);

    internal override bool Knows(Place at, string key) => true;

    internal override void Apply(Draft draft, Place at)
    {
        foreach (var place in at.Children())
        {
            if (_set.Rules.Any(rule => rule is not EverySectionRule && rule.Knows(at, place.Name))) continue;
            draft.Places.KnowAll(place);
            var title = _codes?.TitleOf(place.Name) ?? _title(place.Name);
            var section = new NoteSection(string.IsNullOrWhiteSpace(title) ? "Untitled section" : title)
            {
                Source = place.Pointer,
                Rule = Row,
            };
            section.Code = _codes?.Of(place.Name, place.Name, section.Title);
            SectionText.FillWithAny(section, place.Value, _absence);
            draft.Sections.Add(section);
        }
    }
}
