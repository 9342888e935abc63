using FhirGateway.FhirPath;
using Hl7.Fhir.Introspection;
using Hl7.Fhir.Model;

namespace FhirGateway.Sandbox.Patching;

/// <summary>Where in its parent's JSON an element stands, and of which type it is, as the FHIR SDK's model has it.</summary>
/// <param name="JsonName">The property's name: of a choice with its type, <c>deceasedDateTime</c>.</param>
/// <param name="Repeats">Whether the property is a list.</param>
/// <param name="Type">The element's type.</param>
internal sealed record ElementPlace(string JsonName, bool Repeats, ClassMapping Type)
{
    /// <summary>The property beside a primitive's that holds its id and extensions.</summary>
    public string ExtrasName => "_" + JsonName;

    /// <summary>The place of a child.</summary>
    /// <param name="name">The child's name in FHIRPath, such as <c>deceased</c>.</param>
    /// <param name="valueType">The type a choice is to have, as in <c>valueDateTime</c>; null for a value that names none.</param>
    /// <exception cref="FhirPathPatchException">The parent has no such element, or not of that type.</exception>
    public static ElementPlace Of(ClassMapping parent, string name, string? valueType)
    {
        var property = Property(parent, name) ?? throw new FhirPathPatchException($"{parent.Name} has no element {name}");
        if (property.Choice != ChoiceType.DatatypeChoice)
        {
            return new ElementPlace(name, property.IsCollection, property.PropertyTypeMapping);
        }
        var type = property.FhirTypeMappings.FirstOrDefault(type => Capitalised(type.Name) == valueType)
            ?? throw new FhirPathPatchException($"{parent.Name}.{name} can't be a {valueType}");
        return new ElementPlace(name + valueType, property.IsCollection, type);
    }

    /// <summary>The type of an element that a FHIRPath found.</summary>
    public static ClassMapping TypeOf(FhirNode element)
    {
        // The type of a backbone element has no name of its own: its parent's property knows it.
        var property = element.Type.Name is "BackboneElement" or "Element" && element.Parent is { } parent
            ? Property(TypeOf(parent), element.Name!)
            : null;
        return property?.PropertyTypeMapping
            ?? ModelInfo.ModelInspector.FindClassMapping(element.Type.Name)
            ?? throw new FhirPathPatchException($"{element.Location} has no R4 type");
    }

    /// <summary>
    /// Whether a JSON property belongs to the named element: to <c>deceased</c> both deceasedBoolean and _deceasedBoolean do.
    /// </summary>
    public static bool IsOf(ClassMapping parent, string jsonName, string name)
    {
        var plain = jsonName.TrimStart('_');
        return plain == name || parent.FindMappedElementByChoiceName(plain)?.Name == name;
    }

    // The SDK's look-up takes names of other case too; FHIR has none of those.
    private static PropertyMapping? Property(ClassMapping type, string name) =>
        type.FindMappedElementByName(name) is { } property && property.Name == name ? property : null;

    private static string Capitalised(string type) => char.ToUpperInvariant(type[0]) + type[1..];
}
