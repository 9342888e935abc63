using System.Text.Json;

namespace FhirGateway.Generator.Model;

/// <summary>Generates the R4 classes, their enums, the table of element names and resource types, and the typed element handles.</summary>
public static class ModelGenerator
{
    private const string ModelFolder = "src/FhirGateway.Fhir/Model/Generated/";
    private const string HandleFolder = "src/FhirGateway.Fhir/Elements/Generated/";

    /// <summary>Written by hand in the model, as their elements are needed by the JSON reader and writer themselves.</summary>
    private static readonly HashSet<string> ByHand = new(StringComparer.Ordinal) { "Element", "BackboneElement" };

    public static IReadOnlyList<GeneratedFile> Generate(DefinitionsPackage package)
    {
        var structures = Structures(package);
        var resourceTypes = structures
            .Where(s => s.GetProperty("kind").GetString() == "resource")
            .Select(s => s.GetProperty("type").GetString()!)
            .ToHashSet(StringComparer.Ordinal);
        var enums = new EnumReader(package, structures);
        var reader = new TypeReader(enums, resourceTypes);
        var types = structures
            .Where(s => s.GetProperty("kind").GetString() != "resource" || ModelScope.Resources.Contains(s.GetProperty("type").GetString()!))
            .Select(reader.Read)
            .OrderBy(type => type.Class, StringComparer.Ordinal)
            .ToList();

        var files = new List<GeneratedFile>();
        foreach (var type in types)
        {
            var code = CodeText.File("FhirGateway.Fhir.Model", "FhirGateway.Fhir.Serialization");
            ClassWriter.Write(code, type, enums.Enums.Where(e => e.Owner == type.Class));
            files.Add(new($"{ModelFolder}{type.Class}.g.cs", code.ToString()));
        }

        files.Add(new($"{ModelFolder}SharedEnums.g.cs", SharedEnums(enums)));
        files.Add(new($"{ModelFolder}ElementNames.g.cs", ElementNames(types)));
        files.Add(new($"{ModelFolder}ResourceTypes.g.cs", ResourceTypes(types)));
        files.AddRange(new HandleWriter(ByReference(types)).Write().Select(file => new GeneratedFile($"{HandleFolder}{file.Name}.g.cs", file.Text)));
        return files;
    }

    private static List<JsonElement> Structures(DefinitionsPackage package) =>
        [.. package.Resources("profiles-types.json").Concat(package.Resources("profiles-resources.json"))
            .Where(resource => resource.GetProperty("resourceType").GetString() == "StructureDefinition")
            // The file also holds what is not R4's own: a resource of R4B, and an abstract one that only tools know.
            .Where(s => s.GetProperty("fhirVersion").GetString() == "4.0.1" && s.GetProperty("type").GetString() != "MetadataResource")
            .Where(s => s.GetProperty("kind").GetString() is "resource" or "complex-type")
            .Where(s => !(s.TryGetProperty("derivation", out var derivation) && derivation.GetString() == "constraint"))
            .Where(s => !ByHand.Contains(s.GetProperty("type").GetString()!))];

    private static Dictionary<string, ModelType> ByReference(List<ModelType> types)
    {
        var found = new Dictionary<string, ModelType>(StringComparer.Ordinal);
        foreach (var type in types)
        {
            found.Add(type.Class, type);
            foreach (var component in type.Components) found.Add($"{type.Class}.{component.Class}", component);
        }

        return found;
    }

    private static string SharedEnums(EnumReader enums)
    {
        var code = CodeText.File("FhirGateway.Fhir.Model");
        foreach (var shared in enums.Enums.Where(e => e.Owner is null))
        {
            EnumWriter.Write(code, shared);
            code.Line();
        }

        return code.ToString();
    }

    private static string ElementNames(List<ModelType> types)
    {
        var code = CodeText.File("FhirGateway.Fhir.Model", "FhirGateway.Fhir.Serialization");
        code.Summary("Every element's JSON name, encoded once.");
        using (code.Braces("internal static class ElementNames"))
        {
            foreach (var name in types.SelectMany(type => type.Components.Append(type))
                .SelectMany(type => type.Members).Select(member => member.JsonName)
                .Append("id").Append("extension").Append("modifierExtension")
                .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            {
                code.Line($"public static readonly ElementName {Names.Capitalised(name)} = new(\"{name}\");");
            }
        }

        return code.ToString();
    }

    private static string ResourceTypes(List<ModelType> types)
    {
        var code = CodeText.File("FhirGateway.Fhir.Model");
        code.Summary("Makes the resource that a resourceType names.");
        using (code.Braces("internal static class ResourceTypes"))
        {
            code.Summary("An empty resource of the named type; null when the model has no such type.");
            code.Line("public static Resource? Create(string name) => name switch");
            code.Line("{");
            foreach (var type in types.Where(type => type is { IsResource: true, IsAbstract: false })) code.Line($"    \"{type.FhirName}\" => new {type.Class}(),");
            code.Line("    _ => null,");
            code.Line("};");
        }

        return code.ToString();
    }
}
