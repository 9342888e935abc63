using System.Linq.Expressions;
using FhirGateway.Mapping.Rules;
using FhirGateway.Mapping.Targets;
using Hl7.Fhir.Model;

namespace FhirGateway.Mapping.Notes;

/// <summary>A field shown in its section's text under its own name.</summary>
public sealed class FactRule : MappingRule
{
    private readonly string _key;
    private readonly string _mapping;
    private TargetPath? _checks;

    internal FactRule(string mapping, string key) => (_mapping, _key) = (mapping, key);

    /// <summary>Only compared by people: it confirms what a target says, and is never written there.</summary>
    /// <exception cref="MappingException">The target is not a path.</exception>
    public FactRule Checks<TResource, TValue>(Expression<Func<TResource, TValue>> target)
        where TResource : Resource
    {
        _checks = TargetReading.Of(target, RuleName.Of(_mapping, "Fact", [_key])).Path;
        return this;
    }

    public override IEnumerable<RuleRow> Rows(string scope)
    {
        yield return new RuleRow(SourceOf(scope, _key), "→", SectionPart("text"), "verbatim, labelled", _checks is null ? Reason : null);
        if (_checks is not null)
            yield return new RuleRow(SourceOf(scope, _key), "checks", _checks, "for people to compare; never written", Reason);
    }

    internal override bool Knows(Place at, string key) => at.Names(_key, key);

    internal override void Apply(Draft draft, Place at)
    {
        if (at.Child(_key) is not { } place) return;
        var section = draft.Section ?? throw new InvalidOperationException($"{_key}: a fact needs a section around it.");
        if (place.Scalar is not { } words)
        {
            SectionText.ShowOdd(draft, section, _key, place, "text");
            return;
        }

        draft.Places.Know(place);
        if (string.IsNullOrWhiteSpace(words)) return;
        var line = $"{_key}: {words.Trim()}";
        if (_checks is not null) section.Identity.Add(line);
        else section.Text += (section.Text.Length > 0 ? "\n" : "") + line;
    }
}
