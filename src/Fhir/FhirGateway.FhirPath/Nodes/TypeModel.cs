using System.Collections.Concurrent;
using FhirGateway.FhirPath.Types;

namespace FhirGateway.FhirPath.Nodes;

/// <summary>
/// What navigation must know of an R4 type, or of an anonymous one inside a resource (<c>Patient.contact</c>). Built when first met.
/// </summary>
internal sealed class TypeModel
{
    private static readonly ConcurrentDictionary<string, TypeModel?> Known = new(StringComparer.Ordinal);

    private TypeModel(Structure structure, StructureElement root)
    {
        var isNamed = !root.Path.Contains('.', StringComparison.Ordinal);
        Key = root.Path;
        Name = isNamed ? structure.Type : root.Types is [{ Code: var code }] ? code : "BackboneElement";
        IsResource = isNamed && structure.Kind == StructureKind.Resource;
        IsPrimitive = isNamed && structure.Kind == StructureKind.PrimitiveType;
        Type = new FhirPathType(FhirPathType.FhirNamespace, Name);
        foreach (var element in structure.Elements.Where(element => IsChild(element.Path, root.Path) && element.SliceName is null))
        {
            Add(element, structure);
        }

        if (IsPrimitive) ByName.Remove("value");
    }

    /// <summary>The type's name, or the path of the element whose content this is.</summary>
    public string Key { get; }

    public string Name { get; }

    public FhirPathType Type { get; }

    public bool IsResource { get; }

    public bool IsPrimitive { get; }

    /// <summary>The JSON properties an object of this type may have, extras of primitives (<c>_field</c>) aside.</summary>
    public Dictionary<string, ChildModel> ByJsonName { get; } = new(StringComparer.Ordinal);

    /// <summary>The children by FHIRPath name; a choice has several, one per type.</summary>
    public Dictionary<string, List<ChildModel>> ByName { get; } = new(StringComparer.Ordinal);

    /// <summary>The model of a type's name or of a backbone element's path; null when R4 has none.</summary>
    public static TypeModel? Find(string key)
    {
        if (Known.TryGetValue(key, out var model)) return model;
        var dot = key.IndexOf('.', StringComparison.Ordinal);
        var structure = R4Types.Type(dot < 0 ? key : key[..dot]);
        var root = dot < 0 ? structure?.Elements[0] : structure?.Element(key);
        // Names come from hostile JSON too (resourceType): what R4 does not define is not remembered.
        return structure is null || root is null ? null : Known.GetOrAdd(key, new TypeModel(structure, root));
    }

    private static bool IsChild(string path, string parent) =>
        path.Length > parent.Length
            && path[parent.Length] == '.'
            && path.StartsWith(parent, StringComparison.Ordinal)
            && path.IndexOf('.', parent.Length + 1) < 0;

    private void Add(StructureElement element, Structure structure)
    {
        var name = element.Name;
        var variants = new List<ChildModel>();
        if (element.ContentReference is { } reference) variants.Add(new ChildModel(name, name, element.Max != 1, reference[1..]));
        foreach (var type in element.Types)
        {
            var jsonName = element.IsChoice ? name + char.ToUpperInvariant(type.Code[0]) + type.Code[1..] : name;
            variants.Add(new ChildModel(name, jsonName, element.Max != 1, KeyOf(element, type, structure)));
        }

        ByName[name] = variants;
        foreach (var variant in variants) ByJsonName.TryAdd(variant.JsonName, variant);
    }

    // Anonymous content is known by its path. R4 calls a resource's id a string where every other place makes it an id.
    private static string KeyOf(StructureElement element, ElementType type, Structure structure)
    {
        if (type.Code is "BackboneElement" or "Element" && element.Path.Contains('.', StringComparison.Ordinal)) return element.Path;
        return type.IsSystem && structure.Kind == StructureKind.Resource && element.Name == "id" ? "id" : type.Code;
    }
}

/// <summary>A JSON property that a type may have.</summary>
internal sealed class ChildModel(string name, string jsonName, bool repeats, string typeKey)
{
    private TypeModel? _type;

    /// <summary>Name in FHIRPath: of <c>valueQuantity</c> it is <c>value</c>.</summary>
    public string Name => name;

    public string JsonName => jsonName;

    public bool Repeats => repeats;

    public string TypeKey => typeKey;

    public bool IsChoice => !ReferenceEquals(name, jsonName);

    /// <summary>Property beside a primitive's that holds its id and extensions.</summary>
    public string ExtrasName { get; } = "_" + jsonName;

    public TypeModel Type => _type ??= TypeModel.Find(typeKey) ?? TypeModel.Find("Element")!;
}
