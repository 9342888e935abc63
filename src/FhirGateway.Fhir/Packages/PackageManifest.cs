using System.Text.Json;

namespace FhirGateway.Fhir.Packages;

/// <summary>What a package says of itself in <c>package/package.json</c>.</summary>
/// <param name="Id">Name and exact version.</param>
/// <param name="Canonical">Base URL of the definitions inside; null when it is not given.</param>
/// <param name="Title">For people; null when it is not given.</param>
/// <param name="FhirVersions">The FHIR versions it is for, such as <c>4.0.1</c>; empty when it is not said.</param>
/// <param name="Dependencies">The packages it builds on, versions as requested (possibly open).</param>
public sealed record PackageManifest(
    PackageId Id,
    string? Canonical,
    string? Title,
    IReadOnlyList<string> FhirVersions,
    IReadOnlyList<PackageId> Dependencies)
{
    /// <summary>Reads a <c>package.json</c>.</summary>
    /// <exception cref="PackageException">It is no JSON object, or lacks a name or version.</exception>
    public static PackageManifest Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 64 });
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object) throw new PackageException("package.json is not a JSON object.");
            var id = PackageId.Create(
                Text(root, "name") ?? throw new PackageException("package.json has no name."),
                Text(root, "version") ?? throw new PackageException("package.json has no version."));
            return new PackageManifest(id, Text(root, "canonical"), Text(root, "title"), FhirVersionsOf(root), DependenciesOf(root));
        }
        catch (JsonException error)
        {
            throw new PackageException("package.json is not valid JSON: " + error.Message, error);
        }
    }

    private static List<string> FhirVersionsOf(JsonElement root)
    {
        foreach (var name in (string[])["fhirVersions", "fhir-version-list", "fhirVersion"])
        {
            if (!root.TryGetProperty(name, out var versions)) continue;
            if (versions.ValueKind == JsonValueKind.String) return [versions.GetString()!];
            if (versions.ValueKind == JsonValueKind.Array)
            {
                return [.. versions.EnumerateArray().Where(version => version.ValueKind == JsonValueKind.String).Select(version => version.GetString()!)];
            }
        }

        return [];
    }

    private static List<PackageId> DependenciesOf(JsonElement root)
    {
        if (!root.TryGetProperty("dependencies", out var dependencies) || dependencies.ValueKind != JsonValueKind.Object) return [];
        return
        [
            .. from dependency in dependencies.EnumerateObject()
               where dependency.Value.ValueKind == JsonValueKind.String
               select PackageId.Create(dependency.Name, dependency.Value.GetString()!),
        ];
    }

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
