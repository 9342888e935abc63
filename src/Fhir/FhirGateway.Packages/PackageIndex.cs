using System.Text.Json;
using FhirGateway.Json;

namespace FhirGateway.Packages;

/// <summary>One definition in a package: what it is and in which file.</summary>
/// <param name="File">File name below <c>package/</c>.</param>
/// <param name="ResourceType">Such as <c>StructureDefinition</c>.</param>
/// <param name="Url">Canonical URL; null for what has none (examples).</param>
/// <param name="Version">Business version of the definition; null when it has none.</param>
/// <param name="Id">Resource id; null when it has none.</param>
/// <param name="Kind">For a StructureDefinition its kind; else null.</param>
/// <param name="Type">For a StructureDefinition the type it constrains; else null.</param>
public sealed record PackageIndexEntry(
    string File, string ResourceType, string? Url, string? Version, string? Id, string? Kind, string? Type);

/// <summary>A package's table of contents: <c>.index.json</c>, version 2, or made by looking when that is missing.</summary>
public sealed record PackageIndex(IReadOnlyList<PackageIndexEntry> Entries)
{
    // The largest published packages list some twenty thousand definitions in three megabytes.
    private const int MaxBytes = 50_000_000;
    private const int MaxEntries = 200_000;

    /// <summary>The largest definition that is read; terminologies of a hundred thousand concepts have thirty megabytes.</summary>
    internal const int MaxDefinitionBytes = 100_000_000;

    /// <summary>Reads the index of an unpacked package, or makes it from the files when there is none that can be read.</summary>
    public static PackageIndex Load(string packageFolder)
    {
        var path = Path.Combine(packageFolder, ".index.json");
        return (new FileInfo(path) is { Exists: true, Length: <= MaxBytes } ? TryParse(File.ReadAllBytes(path)) : null)
            ?? Of(packageFolder);
    }

    /// <summary>Looks at every definition file of a folder; a file that is not a FHIR resource is left out.</summary>
    public static PackageIndex Of(string folder) =>
        new([.. DefinitionFiles(folder).Select(Describe).OfType<PackageIndexEntry>()]);

    /// <summary>The folder's JSON files that can be definitions, in ordinal order.</summary>
    internal static IEnumerable<string> DefinitionFiles(string folder) =>
        Directory.EnumerateFiles(folder, "*.json")
            .Where(file => Path.GetFileName(file) is not ("package.json" or ".index.json" or PackageLock.FileName))
            .Order(StringComparer.Ordinal);

    /// <summary>The index as <c>.index.json</c>, version 2.</summary>
    public byte[] ToJson()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartObject();
            writer.WriteNumber("index-version", 2);
            writer.WriteStartArray("files");
            foreach (var entry in Entries)
            {
                writer.WriteStartObject();
                writer.WriteString("filename", entry.File);
                writer.WriteString("resourceType", entry.ResourceType);
                if (entry.Id is not null) writer.WriteString("id", entry.Id);
                if (entry.Url is not null) writer.WriteString("url", entry.Url);
                if (entry.Version is not null) writer.WriteString("version", entry.Version);
                if (entry.Kind is not null) writer.WriteString("kind", entry.Kind);
                if (entry.Type is not null) writer.WriteString("type", entry.Type);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static PackageIndex? TryParse(byte[] json)
    {
        try
        {
            if (ForeignJson.Parse(json, maxDepth: 64).Member("files") is not { ValueKind: JsonValueKind.Array } files
                || files.GetArrayLength() > MaxEntries)
            {
                return null;
            }

            return new PackageIndex([.. files.EnumerateArray().Select(
                file => Entry(file, file.Text("filename") ?? "")).OfType<PackageIndexEntry>().Where(entry => IsPlainName(entry.File))]);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static PackageIndexEntry? Describe(string file)
    {
        try
        {
            return new FileInfo(file).Length <= MaxDefinitionBytes
                ? Entry(ForeignJson.Parse(File.ReadAllBytes(file), maxDepth: 256), Path.GetFileName(file))
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static PackageIndexEntry? Entry(JsonElement element, string file) =>
        element.Text("resourceType") is { } resourceType
            ? new PackageIndexEntry(
                file, resourceType, element.Text("url"), element.Text("version"), element.Text("id"), element.Text("kind"),
                element.Text("type"))
            : null;

    // An index comes with the package: a name with a folder in it could point anywhere.
    private static bool IsPlainName(string file) => file.Length > 0 && file == Path.GetFileName(file);
}
