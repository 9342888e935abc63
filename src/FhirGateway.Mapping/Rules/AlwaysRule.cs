using FhirGateway.Mapping.Targets;
using Hl7.Fhir.Model;

namespace FhirGateway.Mapping.Rules;

/// <summary>Writes an element whatever the payload says.</summary>
public sealed class AlwaysRule : MappingRule
{
    private readonly TargetPath _target;
    private readonly string _value;
    private readonly Action<Draft, Resource> _write;
    private RuleRow? _row;

    internal AlwaysRule(TargetPath target, string value, Action<Draft, Resource> write) =>
        (_target, _value, _write) = (target, value, write);

    public override IEnumerable<RuleRow> Rows(string scope) => [Row];

    private RuleRow Row => _row ??= new RuleRow("", "always", _target, _value, Reason);

    internal static AlwaysRule Of<TValue>(Target<TValue> target, string inWords, Func<TValue> value) =>
        new(target.Path, inWords, (_, resource) => target.Set(resource, value()));

    /// <summary>What the draft knows of the event; nothing is written where it knows nothing.</summary>
    internal static AlwaysRule OfDraft<TValue>(Target<TValue> target, string inWords, Func<Draft, TValue?> find)
        where TValue : class =>
        new(target.Path, inWords, (draft, resource) =>
        {
            if (find(draft) is { } found) target.Set(resource, found);
        });

    internal override void Apply(Draft draft, Place at)
    {
        var resource = draft.Current(_target.ResourceType);
        _write(draft, resource);
        draft.Trace(resource, _target, null, Row);
    }
}

/// <summary>Knows a field and writes nothing.</summary>
internal sealed class IgnoreRule : MappingRule
{
    private readonly string _key;

    public IgnoreRule(string key, string because) => (_key, Reason) = (key, because);

    public override IEnumerable<RuleRow> Rows(string scope) =>
        [new RuleRow(SourceOf(scope, _key), "ignored", [], "", Reason, WholeSubtree: true)];

    internal override bool Knows(Place at, string key) => at.Names(_key, key);

    internal override void Apply(Draft draft, Place at)
    {
        if (Find(draft, at, _key) is { } found) draft.Places.KnowAll(found);
    }
}
