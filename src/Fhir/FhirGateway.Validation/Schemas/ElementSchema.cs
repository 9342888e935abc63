using FhirGateway.FhirPath.Types;
using FhirGateway.Validation.Instances;
using FhirGateway.Validation.Rules;

namespace FhirGateway.Validation.Schemas;

/// <summary>
/// What one definition says of one element, compiled. A core type's schema is complete and knows the JSON members; a
/// profile's holds only what it adds, so that several can be applied to one element side by side.
/// </summary>
internal sealed class ElementSchema(string id, string name, Schema schema) : ElementShape(id, name)
{
    private readonly Dictionary<string, ElementSchema> _children = new(StringComparer.Ordinal);

    // Boxed, so that no other thread can see half of it.
    private object? _discriminates;

    public Schema Schema => schema;

    public override Structure Structure => schema.Structure;

    public override ElementShape? OwnContent => Content ?? (HasChildren ? this : null);

    /// <summary>The definition's own words; null where the definition only implies the element (a slice's parent).</summary>
    public StructureElement? Definition { get; set; }

    public string? SliceName { get; init; }

    /// <summary>How often it must and may be given; null when any number is allowed.</summary>
    public CardinalityRule? Occurs { get; set; }

    public int Min => Occurs?.Min ?? 0;

    public int Max => Occurs?.Max ?? int.MaxValue;

    /// <summary>The types allowed here; empty when nothing is said.</summary>
    public IReadOnlyList<ElementType> Types { get; set; } = [];

    /// <summary>What the element itself must satisfy. An array: each element of each resource walks it several times.</summary>
    public Rule[] Rules { get; set; } = [];

    public ElementSlicing? Slicing { get; set; }

    public List<ElementSchema> Slices { get; } = [];

    /// <summary>The element whose content this repeats (contentReference).</summary>
    public ElementSchema? Content { get; set; }

    /// <summary>The same element in the profile this one derives from; null for a snapshot, which repeats it.</summary>
    public ElementSchema? Inherited { get; set; }

    /// <summary>Of a slice: what tells it from the others; made when first asked for.</summary>
    public IReadOnlyList<SliceTest>? SliceTests { get; set; }

    /// <summary>Whether a value here, or below, is bound so that it can tell slices apart.</summary>
    public bool Discriminates => (bool)(_discriminates ??=
        Rules.Any(rule => rule is FixedValueRule or PatternRule or BindingRule { Binding.Strength: "required" })
        || Children.Any(child => child.Discriminates) || Slices.Exists(slice => slice.Discriminates));

    public IEnumerable<ElementSchema> Children => _children.Values;

    public bool HasChildren => _children.Count > 0;

    /// <summary>Children that must be there: their absence can only be seen from here.</summary>
    public List<ElementSchema> Required { get; } = [];

    public ElementSchema? Child(string childName) =>
        _children.GetValueOrDefault(childName) ?? (Content is null ? null : Content._children.GetValueOrDefault(childName));

    public void Add(ElementSchema child) => _children.TryAdd(child.Name, child);

    public ElementSchema? Slice(string sliceName) => Slices.Find(slice => slice.SliceName == sliceName);

    public override string ToString() => $"{Id} of {Schema.Url}";
}
