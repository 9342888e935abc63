using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FhirGateway.Generator.Definitions;

/// <summary>
/// Writes the compact R4 definitions that the FHIR libraries embed: one JSON resource per line, ordered by canonical url,
/// so that a definition can be found and parsed by itself. Same input, same bytes.
/// </summary>
public static class DefinitionsGenerator
{
    /// <summary>Relaxed, so that an expression reads in the file as it does in the specification.</summary>
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string[] SearchParameterFields =
        [
            "resourceType", "url", "name", "code", "base", "type", "expression", "target", "multipleOr", "multipleAnd", "comparator",
            "modifier", "chain", "component"];

    /// <summary>Where the types and search parameters are embedded.</summary>
    public const string TypesFolder = "src/Fhir/FhirGateway.FhirPath/Types/R4/";

    /// <summary>Where profiles, extensions and terminology are embedded.</summary>
    public const string DefinitionsFolder = "src/Fhir/FhirGateway.Validation/Definitions/R4/";

    /// <summary>The files of both folders.</summary>
    public static IReadOnlyList<GeneratedFile> Generate(DefinitionsPackage package)
    {
        string[] terminology = ["valuesets.json", "v2-tables.json", "v3-codesystems.json"];
        return
        [
            File(TypesFolder, "types", Structures(package, "profiles-types.json", "profiles-resources.json")),
            File(DefinitionsFolder, "profiles", Structures(package, "profiles-others.json", "extension-definitions.json")),
            File(TypesFolder, "search-parameters", Resources(package, "SearchParameter", "search-parameters.json")
                .Select(parameter => StructurePruning.Take(parameter, SearchParameterFields))),
            File(DefinitionsFolder, "code-systems", Resources(package, "CodeSystem", terminology).Select(TerminologyPruning.Prune)),
            File(DefinitionsFolder, "value-sets", Resources(package, "ValueSet", terminology).Select(TerminologyPruning.Prune)),
        ];
    }

    // The package has a type of R4B (SubscriptionStatus 4.3.0) among those of R4.
    private static IEnumerable<JsonObject> Structures(DefinitionsPackage package, params string[] files) =>
        Resources(package, "StructureDefinition", files).Where(
            structure => (string?)structure["fhirVersion"] == "4.0.1").Select(StructurePruning.Prune);

    private static IEnumerable<JsonObject> Resources(DefinitionsPackage package, string type, params string[] files) =>
        files.SelectMany(package.Resources).Where(
            resource => resource.GetProperty("resourceType").GetString() == type).Select(resource => JsonObject.Create(resource)!);

    private static GeneratedFile File(string folder, string name, IEnumerable<JsonObject> resources)
    {
        var lines = resources
            .GroupBy(resource => (string)resource["url"]!, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => UrlFirst(group.First()).ToJsonString(Json));
        return new GeneratedFile($"{folder}{name}.ndjson", string.Concat(lines.Select(line => line + "\n")));
    }

    // The reader finds a line by its url without parsing the line, so the url leads.
    private static JsonObject UrlFirst(JsonObject resource)
    {
        var ordered = new JsonObject { ["url"] = resource["url"]!.DeepClone() };
        foreach (var (name, value) in resource)
        {
            if (name != "url") ordered[name] = value?.DeepClone();
        }

        return ordered;
    }
}
