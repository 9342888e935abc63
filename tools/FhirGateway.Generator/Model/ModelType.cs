namespace FhirGateway.Generator.Model;

/// <summary>What kind of thing an element holds; decides the property's type and how it is read and written.</summary>
public enum MemberKind
{
    /// <summary>A bare string attribute, such as Extension.url: it can't have an id or extensions.</summary>
    Text,
    Primitive,
    Complex,

    /// <summary>value[x]: one of several types.</summary>
    Choice,

    /// <summary>A whole resource, as in contained and Bundle.entry.resource.</summary>
    Resource,
}

/// <summary>One type that an element may have: the C# class and the FHIR name that ends a choice's JSON property (String in valueString). ValueType is the C# type of a primitive's Value; null for complex types.</summary>
public sealed record TypeReference(string Class, string Suffix, string? ValueType)
{
    public bool IsPrimitive => ValueType is not null;
}

/// <summary>An element of a type: the JSON name (without [x]), the property's name, and what it holds.</summary>
public sealed record Member(string JsonName, string Property, MemberKind Kind, bool IsList, IReadOnlyList<TypeReference> Types, string Summary)
{
    public TypeReference Type => Types[0];
}

/// <summary>A class of the model: a datatype, a resource, or a component nested in one.</summary>
public sealed record ModelType(
    string FhirName, string Class, string BaseClass, bool IsAbstract, bool IsResource, string Summary,
    IReadOnlyList<Member> Members, IReadOnlyList<ModelType> Components);

/// <summary>A value set of a required binding. <paramref name="Owner"/> is the class it is nested in; null when several types share it.</summary>
public sealed record ModelEnum(string Name, string? Owner, string Summary, string Url, IReadOnlyList<ModelEnumValue> Values)
{
    public string Reference => Owner is null ? Name : $"{Owner}.{Name}";
}

/// <summary>One code of a value set.</summary>
public sealed record ModelEnumValue(string Name, string Code, string System, string? Display);
