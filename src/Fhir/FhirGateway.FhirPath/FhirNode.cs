using System.Text;
using System.Text.Json;
using FhirGateway.FhirPath.Nodes;
using FhirGateway.FhirPath.Values;

namespace FhirGateway.FhirPath;

/// <summary>
/// An item that FHIRPath works on: an element of a FHIR resource (JSON with its R4 type), or a value that an expression made.
/// Immutable; valid as long as the JsonDocument it was made from.
/// </summary>
public abstract class FhirNode
{
    public abstract FhirPathType Type { get; }

    /// <summary>
    /// The value as FHIRPath sees it: bool, int, long, decimal, <see cref="WideNumber"/> (a decimal that <c>decimal</c> can't hold),
    /// string, <see cref="Temporal"/> or <see cref="Quantity"/>.
    /// Null for complex elements (a FHIR Quantity too) and for primitives that have extensions only.
    /// </summary>
    /// <exception cref="FhirPathException">The text in JSON is not valid Unicode: a lone surrogate, or invalid UTF-8.</exception>
    public abstract object? Value { get; }

    /// <summary>
    /// The JSON of an element; of a primitive, its value's. Null for a value that an expression made, and for a primitive without value.
    /// </summary>
    public virtual JsonElement? Json => null;

    /// <summary>The JSON beside a primitive that holds its id and extensions (<c>_birthDate</c>); null when there is none.</summary>
    public virtual JsonElement? PrimitiveExtras => null;

    /// <summary>The element this one is in; null for a root and for a value that an expression made.</summary>
    public virtual FhirNode? Parent => null;

    /// <summary>
    /// The element's name in FHIRPath (<c>value</c>); of a root, its type's name; null for a value that an expression made.
    /// </summary>
    public virtual string? Name => null;

    /// <summary>The property's name in JSON, which differs for choices (<c>valueQuantity</c>).</summary>
    public virtual string? JsonName => Name;

    /// <summary>Place among its repetitions, from 0; null for an element that cannot repeat.</summary>
    public virtual int? Index => null;

    /// <summary>Where the element is, as a FHIRPath: <c>Patient.name[0].given[1]</c>. Null for a value that an expression made.</summary>
    public string? Location
    {
        get
        {
            if (Name is null) return null;
            var way = new Stack<FhirNode>();
            for (var node = this; node is not null; node = node.Parent) way.Push(node);
            var path = new StringBuilder();
            foreach (var node in way)
            {
                if (path.Length > 0) path.Append('.');
                path.Append(node.Name);
                if (node.Index is { } index) path.Append('[').Append(index).Append(']');
            }

            return path.ToString();
        }
    }

    /// <summary>All child elements in the order they appear; extensions of primitives included.</summary>
    public abstract IReadOnlyList<FhirNode> Children();

    /// <summary>The child elements of a FHIRPath name: <c>value</c> finds <c>valueQuantity</c>.</summary>
    public IReadOnlyList<FhirNode> Children(string name)
    {
        var children = new CollectionBuilder();
        AddChildren(name, ref children);
        return children.ToCollection().ToList();
    }

    /// <summary>A resource; <c>resourceType</c> tells its type.</summary>
    /// <exception cref="ArgumentException">It is not a JSON object with the name of an R4 resource type.</exception>
    public static FhirNode Of(JsonElement resource) => ElementNode.OfResource(resource);

    /// <summary>
    /// A datatype or resource of the given R4 type, such as a <c>HumanName</c> outside of any resource, or the JSON string of a
    /// <c>date</c>.
    /// </summary>
    /// <exception cref="ArgumentException">R4 has no such type.</exception>
    public static FhirNode Of(JsonElement value, string type) => ElementNode.OfDatatype(value, type);

    /// <summary>
    /// A System value: bool, int, long, decimal, <see cref="WideNumber"/>, string, <see cref="Temporal"/> or <see cref="Quantity"/>.
    /// </summary>
    /// <exception cref="ArgumentException">Of another class.</exception>
    public static FhirNode OfValue(object value) => ValueNode.OfValue(value);

    /// <summary>The resource an element is in (itself when it is one); null when it is in none.</summary>
    public FhirNode? Resource
    {
        get
        {
            for (var node = this; node is not null; node = node.Parent)
            {
                if (node is ElementNode { Model.IsResource: true }) return node;
            }

            return null;
        }
    }

    /// <summary>As <see cref="Resource"/>, but for an element of a contained resource, the resource that contains that.</summary>
    public FhirNode? RootResource
    {
        get
        {
            var resource = Resource;
            while (resource is { Name: "contained", Parent: { } container }) resource = container.Resource;
            return resource;
        }
    }

    /// <summary>How many JSON properties must be looked through to find a child.</summary>
    internal virtual int Breadth => 0;

    internal abstract void AddChildren(string name, ref CollectionBuilder into);
}
