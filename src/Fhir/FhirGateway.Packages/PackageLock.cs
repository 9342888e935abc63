using System.Text.Json;
using FhirGateway.Json;

namespace FhirGateway.Packages;

/// <summary>
/// The exact packages that a restore settled on, so that the next restore, on any machine, gives the same ones. Kept beside
/// <c>package.json</c> under the name that other FHIR tools use.
/// </summary>
/// <param name="Packages">Every package of the closure and the SHA-512 of its archive; null where it came from the cache unseen.</param>
/// <param name="Missing">What was asked for and could not be found.</param>
public sealed record PackageLock(IReadOnlyDictionary<PackageId, string?> Packages, IReadOnlyList<PackageId> Missing)
{
    /// <summary>The lock file's name.</summary>
    public const string FileName = "fhirpkg.lock.json";

    private const int MaxBytes = 10_000_000;

    /// <summary>Reads a lock file; null when there is none.</summary>
    /// <exception cref="PackageException">The file can't be read as a lock.</exception>
    public static PackageLock? Load(string path)
    {
        if (!File.Exists(path)) return null;
        if (new FileInfo(path).Length > MaxBytes)
        {
            throw new PackageException($"{path} is not a lock file: it has more than {MaxBytes} bytes.");
        }

        try
        {
            var root = ForeignJson.Parse(File.ReadAllBytes(path), maxDepth: 64);
            var (dependencies, integrity) = (Section(root, "dependencies"), root.Member("integrity"));
            return new PackageLock(
                dependencies.ToDictionary(Id, item => integrity?.Text(item.Name)),
                [.. Section(root, "missing").Select(Id)]);
        }
        catch (JsonException error)
        {
            throw new PackageException($"{path} is not a lock file: delete it and restore again.", error);
        }

        static IEnumerable<JsonProperty> Section(JsonElement root, string name) =>
            root.Member(name) is { ValueKind: JsonValueKind.Object } section
                ? section.EnumerateObject()
                : throw new JsonException($"It has no {name}.");

        static PackageId Id(JsonProperty item) =>
            PackageId.Create(
                item.Name,
                item.Value.ValueKind == JsonValueKind.String
                    ? item.Value.GetString()!
                    : throw new JsonException("A version is not a text."));
    }

    /// <summary>Writes the lock; the same content makes the same bytes.</summary>
    public void Save(string path)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(
            stream,
            new JsonWriterOptions { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            Write(writer, "dependencies", Packages.Keys.Select(id => (id.Name, (string?)id.Version)));
            Write(writer, "integrity", Packages.Where(item => item.Value is not null).Select(item => (item.Key.Name, item.Value)));
            Write(writer, "missing", Missing.Select(id => (id.Name, (string?)id.Version)));
            writer.WriteEndObject();
        }

        File.WriteAllBytes(path, [.. stream.ToArray(), (byte)'\n']);
    }

    private static void Write(Utf8JsonWriter writer, string name, IEnumerable<(string Name, string? Value)> items)
    {
        writer.WriteStartObject(name);
        foreach (var (key, value) in items.OrderBy(item => item.Name, StringComparer.Ordinal)) writer.WriteString(key, value);
        writer.WriteEndObject();
    }
}
