using System.Text.Json;

namespace FhirGateway.Mapping.Rules;

/// <summary>Rules for another place.</summary>
internal sealed class ScopeRule(ScopeRule.Origin origin, string key, RuleSet rules) : MappingRule
{
    public enum Origin
    {
        Here,
        Message,
        Found,
    }

    public override IEnumerable<RuleRow> Rows(string scope) => rules.Rows(origin switch
    {
        Origin.Here => SourceOf(scope, key),
        Origin.Message => "message:",
        _ => $"{key}:",
    });

    internal override bool Knows(Place at, string other) => origin == Origin.Here && at.Names(key, other);

    internal override void Apply(Draft draft, Place at)
    {
        var place = origin switch
        {
            Origin.Here => Find(draft, at, key),
            Origin.Message => new Place(draft.Event.Message, ""),
            _ => draft.Found(key) is { } found ? new Place(found, $"{key}:") : null,
        };
        if (place is not { Value.ValueKind: not JsonValueKind.Null } there) return;
        if (there.Value.ValueKind != JsonValueKind.Object)
        {
            draft.ShapeChanged(there, "an object");
            return;
        }

        draft.Places.Know(there);
        rules.Apply(draft, there);
    }
}
