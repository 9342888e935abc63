using FhirGateway.FhirPath.Types;

namespace FhirGateway.Validation.Schemas;

/// <summary>A StructureDefinition, compiled.</summary>
internal sealed class Schema(Structure structure, Schema? parent)
{
    private readonly Dictionary<string, ElementSchema> _byId = new(StringComparer.Ordinal);

    public string Url => structure.Url;

    public Structure Structure => structure;

    public bool IsProfile => structure.IsConstraint;

    /// <summary>The profile this one only adds to, and that must be applied with it; null when this one stands alone.</summary>
    public Schema? Parent => parent;

    public ElementSchema Root { get; private set; } = null!;

    public ElementSchema? Element(string id) => _byId.GetValueOrDefault(id);

    public IEnumerable<ElementSchema> Elements => _byId.Values;

    internal void Register(ElementSchema element)
    {
        if (_byId.Count == 0) Root = element;
        _byId.TryAdd(element.Id, element);
    }
}
