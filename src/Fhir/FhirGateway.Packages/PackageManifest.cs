using System.Text.Json;
using FhirGateway.Json;

namespace FhirGateway.Packages;

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
    /// <summary>Published ones have a few kilobytes.</summary>
    private const int MaxBytes = 1_000_000;

    /// <summary>Reads a <c>package.json</c>.</summary>
    /// <exception cref="PackageException">It is too large, is not a JSON object, or lacks a name or version.</exception>
    public static PackageManifest Load(string path)
    {
        if (new FileInfo(path).Length > MaxBytes) throw new PackageException($"package.json has more than {MaxBytes} bytes.");
        return Parse(File.ReadAllBytes(path));
    }

    /// <summary>Reads the JSON of a <c>package.json</c>.</summary>
    /// <inheritdoc cref="Load" path="/exception"/>
    public static PackageManifest Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            var root = ForeignJson.Parse(json.Span, maxDepth: 64);
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
                return [.. versions.EnumerateArray().Where(
                    version => version.ValueKind == JsonValueKind.String).Select(version => version.GetString()!)];
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
