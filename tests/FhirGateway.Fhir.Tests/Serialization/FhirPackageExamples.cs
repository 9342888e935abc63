using System.Formats.Tar;
using System.IO.Compression;
using FhirGateway.Testing;

namespace FhirGateway.Fhir.Tests.Serialization;

/// <summary>The resources of the FHIR packages in the shared folder: their examples and their own conformance resources.</summary>
internal static class FhirPackageExamples
{
    public const string Folder = "fhir-packages";

    public static IEnumerable<(string Name, byte[] Json)> Of(string package)
    {
        using var file = File.OpenRead(Path.Combine(Repository.SharedPath(Folder)!, package));
        using var unzipped = new GZipStream(file, CompressionMode.Decompress);
        using var tar = new TarReader(unzipped);
        while (tar.GetNextEntry() is { } entry)
        {
            // The rest are a package's own index and manifest, and OpenAPI descriptions.
            var isResource = Path.GetDirectoryName(entry.Name) is "package" or "package/example"
                && Path.GetExtension(entry.Name) == ".json"
                && Path.GetFileName(entry.Name) is not ("package.json" or ".index.json");
            if (!isResource || entry.DataStream is null) continue;
            using var content = new MemoryStream();
            entry.DataStream.CopyTo(content);
            yield return (entry.Name, content.ToArray());
        }
    }
}
