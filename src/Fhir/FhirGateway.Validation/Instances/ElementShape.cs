using FhirGateway.FhirPath.Types;

namespace FhirGateway.Validation.Instances;

/// <summary>
/// What a definition says of an element, as far as an instance must know it to be read. <c>Schemas/</c> compiles definitions to
/// shapes with rules; here nobody needs to know how.
/// </summary>
/// <param name="id">Such as <c>Patient.extension:race.url</c>.</param>
/// <param name="name">FHIRPath name, without <c>[x]</c> and slice.</param>
internal abstract class ElementShape(string id, string name)
{
    public string Id => id;

    public string Name => name;

    /// <summary>The definition that the element is part of.</summary>
    public abstract Structure Structure { get; }

    /// <summary>Canonical of the definition, which findings name.</summary>
    public string Url => Structure.Url;

    /// <summary>JSON members that an object of this shape may have; null in profiles.</summary>
    public Dictionary<string, JsonMember>? Members { get; set; }

    /// <summary>What gives the element's children, when the definition itself does; null when the element's type gives them.</summary>
    public abstract ElementShape? OwnContent { get; }
}

/// <summary>The shapes of a FHIR release's types.</summary>
internal abstract class TypeShapes
{
    /// <summary>The shape of a type by its name; null when the release has none.</summary>
    public abstract ElementShape? Find(string type);

    /// <summary>The shape of a concrete resource type; null when the release has none of that name.</summary>
    public ElementShape? Resource(string type) => R4Resource.Exists(type) ? Find(type) : null;
}

/// <summary>A property that a JSON object may have.</summary>
/// <param name="jsonName">Such as <c>valueQuantity</c>.</param>
/// <param name="element">The element it holds; several members share one when it is a choice.</param>
/// <param name="type">Type code of the value, such as <c>HumanName</c>; Resource for any resource.</param>
/// <param name="types">Where the shape of that type is found.</param>
internal sealed class JsonMember(string jsonName, ElementShape element, string type, TypeShapes types)
{
    private ElementShape? _shape;

    public string JsonName => jsonName;

    public ElementShape Element => element;

    public string Type => type;

    public TypeShapes Types => types;

    /// <summary>Whether JSON writes it as an array.</summary>
    public bool Repeats { get; init; }

    /// <summary>Whether the value is a JSON string, number or boolean.</summary>
    public bool IsPrimitive { get; init; }

    /// <summary>Whether <c>_name</c> may stand beside it: not for ids and extension urls.</summary>
    public bool HasExtras { get; init; }

    /// <summary>What gives the value's children; null when the type is unknown.</summary>
    public ElementShape? Shape => _shape ??= element.OwnContent ?? types.Find(type);
}
