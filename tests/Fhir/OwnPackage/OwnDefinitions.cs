using System.Text.Json;
using FhirGateway.Testing;
using FhirGateway.Validation.Definitions;

namespace FhirGateway.Tests.OwnPackage;

/// <summary>The package of this repository (<c>profiles/</c>) as definitions for a validator.</summary>
internal static class OwnDefinitions
{
    /// <summary>What a transaction conforms to.</summary>
    public const string Transaction = "urn:fhir-gateway:profile:transaction";

    private static readonly string[] Types = ["StructureDefinition", "ValueSet", "CodeSystem"];

    /// <summary>R4's definitions and the package's.</summary>
    public static DefinitionSet Load() => AddTo(new DefinitionSet());

    /// <summary>Adds it to definitions that nobody has used yet.</summary>
    /// <param name="folder">Another package of this repository.</param>
    public static DefinitionSet AddTo(DefinitionSet definitions, string folder = "profiles")
    {
        foreach (var file in Directory.GetFiles(Path.Combine(Repository.Root, folder), "*.json"))
        {
            var json = JsonElement.Parse(File.ReadAllBytes(file));
            if (json.TryGetProperty("resourceType", out var type) && Types.Contains(type.GetString())) definitions.Add(json);
        }

        return definitions;
    }
}
