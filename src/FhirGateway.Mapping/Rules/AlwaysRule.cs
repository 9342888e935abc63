using FhirGateway.Fhir;
using FhirGateway.Fhir.Model;

namespace FhirGateway.Mapping.Rules;

/// <summary>Writes an element whatever the payload says.</summary>
public sealed class AlwaysRule : MappingRule
{
    private readonly ElementPath _target;
    private readonly string _value;
    private readonly Action<Draft, Resource> _write;

    internal AlwaysRule(ElementPath target, string value, Action<Resource> write) : this(target, value, (_, resource) => write(resource))
    {
    }

    internal AlwaysRule(ElementPath target, string value, Action<Draft, Resource> write) => (_target, _value, _write) = (target, value, write);

    internal static AlwaysRule OfDraft(Element<ResourceReference> target, string value, Func<Draft, ResourceReference?> find) => new(target, value, (draft, resource) =>
    {
        if (find(draft) is { } found) target.Set(resource, found);
    });

    public AlwaysRule Because(string reason)
    {
        Reason = reason;
        return this;
    }

    public override IEnumerable<RuleRow> Rows(string scope) => [new RuleRow("", "always", _target.Path, _value, Reason)];

    internal override void Apply(Draft draft, Place at)
    {
        var resource = draft.Current(_target.ResourceType);
        _write(draft, resource);
        draft.Trace(resource, _target, null, Rows("").First());
    }
}

/// <summary>Knows a field and writes nothing.</summary>
internal sealed class IgnoreRule : MappingRule
{
    private readonly string _key;

    public IgnoreRule(string key, string because) => (_key, Reason) = (key, because);

    public override IEnumerable<RuleRow> Rows(string scope) => [new RuleRow(SourceOf(scope, _key), "ignored", "", "", Reason, WholeSubtree: true)];

    internal override void Apply(Draft draft, Place at)
    {
        if (Find(draft, at, _key) is { } found) draft.KnowAll(found);
    }
}
