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

    internal override bool Knows(string other) => origin == Origin.Here && other == key;

    internal override void Apply(Draft draft, Place at)
    {
        var place = origin switch
        {
            Origin.Here => Find(draft, at, key),
            Origin.Message => new Place(draft.Event.Message, ""),
            _ => draft.Found(key) is { } found ? new Place(found, $"{key}:") : null,
        };
        if (place is not { Value.ValueKind: not JsonValueKind.Null } there) return;
        if (there.Value.ValueKind == JsonValueKind.Object) rules.Apply(draft, there);
        else draft.ShapeChanged(there, "an object");
    }
}
