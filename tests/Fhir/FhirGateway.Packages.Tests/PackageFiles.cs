using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace FhirGateway.Packages.Tests;

/// <summary>Archives for tests: well-made ones through the packer, hostile ones by hand.</summary>
internal static class PackageFiles
{
    public static byte[] Packed(string name, string version, string dependencies = "{}", params (string File, string Json)[] definitions)
    {
        var folder = Directory.CreateTempSubdirectory("fhirgateway-pack-");
        try
        {
            File.WriteAllText(
                Path.Combine(folder.FullName, "package.json"),
                $$"""{"name":"{{name}}","version":"{{version}}","fhirVersions":["4.0.1"],"dependencies":{{dependencies}}}""");
            foreach (var (file, json) in definitions) File.WriteAllText(Path.Combine(folder.FullName, file), json);
            using var archive = new MemoryStream();
            PackageArchive.Pack(folder.FullName, archive);
            return archive.ToArray();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    public static MemoryStream Tar(params TarEntry[] entries)
    {
        var archive = new MemoryStream();
        using (var gzip = new GZipStream(archive, CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new TarWriter(gzip))
        {
            foreach (var entry in entries) tar.WriteEntry(entry);
        }

        archive.Position = 0;
        return archive;
    }

    public static TarEntry TextFile(string name, string content) =>
        new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)) };
}
