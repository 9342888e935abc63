using System.Text.Json;

namespace FhirGateway.Generator.Model;

/// <summary>Turns StructureDefinitions into the classes of the model. Only the elements a type adds to its base become members.</summary>
public sealed class TypeReader(EnumReader enums, IReadOnlySet<string> resourceTypes)
{
    private const string ExplicitTypeName = "http://hl7.org/fhir/StructureDefinition/structuredefinition-explicit-type-name";

    public ModelType Read(JsonElement structure)
    {
        var name = structure.GetProperty("type").GetString()!;
        var elements = structure.GetProperty("snapshot").GetProperty("element").EnumerateArray()
            .Select(element => (Path: element.GetProperty("path").GetString()!, Element: element))
            .ToList();
        var components = ComponentNames(name, elements);
        var nested = components.OrderBy(component => component.Key, StringComparer.Ordinal)
            .Select(component => Component(component.Key, component.Value, name, elements, components))
            .ToList();
        var ownBase = structure.TryGetProperty("baseDefinition", out var definition) ? definition.GetString()!.Split('/')[^1] : "Base";
        return new ModelType(
            name, Names.Class(name), BaseClass(ownBase), structure.GetProperty("abstract").GetBoolean(),
            structure.GetProperty("kind").GetString() == "resource", elements[0].Element.GetProperty("short").GetString()!,
            Members(name, name, Names.Class(name), elements, components), nested);
    }

    // The SDK's names: Element is the base of datatypes as DataType, BackboneElement that of Timing and Dosage as BackboneType.
    private static string BaseClass(string fhirBase) => fhirBase switch
    {
        "Element" => "DataType",
        "BackboneElement" => "BackboneType",
        _ => fhirBase,
    };

    private static Dictionary<string, string> ComponentNames(string root, List<(string Path, JsonElement Element)> elements)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (path, element) in elements.Skip(1))
        {
            if (TypeCodes(element).FirstOrDefault() is not ("BackboneElement" or "Element")) continue;
            var own = Extension(element, ExplicitTypeName) ?? path[(path.LastIndexOf('.') + 1)..];
            var name = Names.Capitalised(own) + "Component";
            // Equal last words under different parents: the later one carries its parent's word too.
            if (names.ContainsValue(name)) name = string.Concat(path.Split('.')[1..].Select(Names.Capitalised)) + "Component";
            names.Add(path, name);
        }

        return names;
    }

    private ModelType Component(
        string path, string name, string root, List<(string Path, JsonElement Element)> elements, Dictionary<string, string> components)
    {
        var element = elements.Single(e => e.Path == path).Element;
        var baseClass = TypeCodes(element).First() == "BackboneElement" ? "BackboneElement" : "Element";
        return new ModelType(
            path, name, baseClass, IsAbstract: false, IsResource: false, element.GetProperty("short").GetString()!,
            Members(path, root, name, elements, components), []);
    }

    private List<Member> Members(
        string parent, string root, string className, List<(string Path, JsonElement Element)> elements, Dictionary<string, string> components) =>
        [.. elements
            .Where(e => e.Path.Length > parent.Length + 1 && e.Path.StartsWith(parent + ".", StringComparison.Ordinal)
                && e.Path.IndexOf('.', parent.Length + 1) < 0
                && (e.Element.GetProperty("base").GetProperty("path").GetString() == e.Path))
            .Select(e => Member(e.Path, root, className, e.Element, components))];

    private Member Member(string path, string root, string className, JsonElement element, Dictionary<string, string> components)
    {
        var last = path[(path.LastIndexOf('.') + 1)..];
        var isChoice = last.EndsWith("[x]", StringComparison.Ordinal);
        var jsonName = isChoice ? last[..^3] : last;
        var property = Names.Capitalised(jsonName);
        // A member can't be called like its class: Expression.expression becomes Expression_, as in the SDK.
        if (property == className) property += "_";
        var isList = element.GetProperty("max").GetString() != "1";
        var types = Types(path, root, element, components);
        var kind = isChoice ? MemberKind.Choice : Kind(path, types[0]);
        return new Member(jsonName, property, kind, isList, types, element.GetProperty("short").GetString()!);
    }

    private static MemberKind Kind(string path, TypeReference type) =>
        path == "Extension.url" ? MemberKind.Text
        : type.Class == "Resource" ? MemberKind.Resource
        : type.IsPrimitive ? MemberKind.Primitive
        : MemberKind.Complex;

    private List<TypeReference> Types(string path, string root, JsonElement element, Dictionary<string, string> components)
    {
        if (element.TryGetProperty("contentReference", out var reference))
        {
            return [new($"{Names.Class(root)}.{components[reference.GetString()!.Split('#')[1]]}", "", null)];
        }

        if (components.TryGetValue(path, out var component)) return [new($"{Names.Class(root)}.{component}", "", null)];
        if (path == "Resource.id") return [Names.Primitives["id"]];
        return [.. TypeCodes(element).Distinct().Select(code => Type(code, element))];
    }

    private TypeReference Type(string code, JsonElement element)
    {
        if (code == "code" && enums.For(element) is { } values) return new($"Code<{values.Reference}>", "Code", values.Reference);
        if (code.StartsWith("http://hl7.org/fhirpath/", StringComparison.Ordinal)) return Names.Primitives["string"];
        if (Names.Primitives.TryGetValue(code, out var primitive)) return primitive;
        return resourceTypes.Contains(code) ? new("Resource", code, null) : new(Names.Class(code), Names.Capitalised(code), null);
    }

    private static IEnumerable<string> TypeCodes(JsonElement element) =>
        element.TryGetProperty("type", out var types) ? types.EnumerateArray().Select(type => type.GetProperty("code").GetString()!) : [];

    private static string? Extension(JsonElement element, string url) =>
        element.TryGetProperty("extension", out var extensions)
            ? extensions.EnumerateArray().Where(e => e.GetProperty("url").GetString() == url).Select(e => e.GetProperty("valueString").GetString()).FirstOrDefault()
            : null;
}
