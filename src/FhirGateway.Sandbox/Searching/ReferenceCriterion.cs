using FhirGateway.Sandbox.Store;
using FhirGateway.Sandbox.Writing;
using Hl7.Fhir.Model;

namespace FhirGateway.Sandbox.Searching;

/// <summary>A reference search: <c>1</c>, <c>Patient/1</c>, an external url or canonical; <c>subject:Patient=1</c>.</summary>
internal sealed class ReferenceCriterion : ICriterion
{
    private readonly SearchParamDefinition _parameter;
    private readonly string? _type;
    private readonly HashSet<string> _targets;
    private readonly IReadOnlyList<string> _values;

    public ReferenceCriterion(string resourceType, SearchParamDefinition parameter, string? modifier, IReadOnlyList<string> values)
    {
        if (modifier is not null && !ServedTypes.IsKnown(modifier)) throw UnknownModifier(resourceType, modifier);
        _parameter = parameter;
        _type = modifier;
        _targets = [.. parameter.TargetTypes()];
        _values = [.. values.Select(QueryString.Unescape)];
    }

    public bool Holds(StoreState state, ResourceVersion resource) =>
        resource.Index.Values(_parameter, IndexedValues.References).Any(literal => _values.Any(value => IsWanted(literal, value)));

    public static SandboxException UnknownModifier(string resourceType, string modifier) => SandboxException.BadRequest(
        $"HAPI-2498: Unsupported search modifier(s): \"[:{modifier}]\" for resource type \"{resourceType}\". Valid search modifiers "
            + "are: [:contains, :exact, :in, :iterate, :missing, :not-in, :of-type, :recurse, :text]");

    private bool IsWanted(string literal, string value)
    {
        if (literal == value) return _type is null || literal.StartsWith(_type + "/", StringComparison.Ordinal);
        if (value.Contains('/', StringComparison.Ordinal) || !LiteralReferences.TryParseLocal(literal, out var type, out var id))
        {
            return false;
        }
        return id == value && (_type is null ? _targets.Count == 0 || _targets.Contains(type) : _type == type);
    }
}
