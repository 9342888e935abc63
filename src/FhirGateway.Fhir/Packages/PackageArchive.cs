using System.Formats.Tar;
using System.IO.Compression;

namespace FhirGateway.Fhir.Packages;

/// <summary>How much a package may hold. A package comes from elsewhere, so every size is bounded.</summary>
/// <param name="TotalBytes">Unpacked bytes of all files together.</param>
/// <param name="FileBytes">Unpacked bytes of one file.</param>
/// <param name="Files">Number of files.</param>
public sealed record PackageLimits(long TotalBytes, long FileBytes, int Files)
{
    /// <summary>Room for the largest published packages (hl7.terminology is about 350 MB unpacked), and no more.</summary>
    public static PackageLimits Default { get; } = new(1_000_000_000, 200_000_000, 100_000);
}

/// <summary>A FHIR package as it travels: a gzipped tar with its content under <c>package/</c>.</summary>
public static class PackageArchive
{
    /// <summary>
    /// Unpacks into <paramref name="folder"/>, which becomes <c>folder/package/…</c>. Links, devices and any path that would
    /// leave the folder are refused; so is an archive over its limits, before it fills the disk.
    /// </summary>
    /// <exception cref="PackageException">The archive is damaged, hostile or too large.</exception>
    public static void Extract(Stream archive, string folder, PackageLimits? limits = null)
    {
        limits ??= PackageLimits.Default;
        var root = Path.GetFullPath(folder) + Path.DirectorySeparatorChar;
        var (total, files) = (0L, 0);
        foreach (var (name, content) in Entries(archive))
        {
            if (++files > limits.Files) throw new PackageException($"The package holds more than {limits.Files} files.");
            var path = Path.GetFullPath(Path.Combine(root, name));
            if (!path.StartsWith(root, StringComparison.Ordinal)) throw new PackageException($"The package has a path that leaves its folder: {name}");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var file = new FileStream(path, FileMode.Create, FileAccess.Write);
            total += Copy(content, file, name, Math.Min(limits.FileBytes, limits.TotalBytes - total));
        }

        if (!File.Exists(Path.Combine(root, "package", "package.json"))) throw new PackageException("The archive holds no package/package.json, so it is no FHIR package.");
    }

    /// <summary>Packs a folder's JSON files into a <c>.tgz</c>: the same files always make the same bytes.</summary>
    /// <param name="folder">The folder whose <c>package.json</c> and definitions go under <c>package/</c>.</param>
    /// <param name="target">Where the archive is written; left open.</param>
    /// <exception cref="PackageException">The folder has no valid <c>package.json</c>.</exception>
    public static PackageManifest Pack(string folder, Stream target)
    {
        var manifestPath = Path.Combine(folder, "package.json");
        if (!File.Exists(manifestPath)) throw new PackageException($"{folder} has no package.json: add one with name, version, fhirVersions and dependencies.");
        var manifest = PackageManifest.Parse(File.ReadAllBytes(manifestPath));
        using var gzip = new GZipStream(target, CompressionLevel.SmallestSize, leaveOpen: true);
        using var tar = new TarWriter(gzip, TarEntryFormat.Ustar);
        Add(tar, "package/package.json", File.ReadAllBytes(manifestPath));
        Add(tar, "package/.index.json", PackageIndex.Of(folder).ToJson());
        foreach (var file in PackageIndex.DefinitionFiles(folder))
        {
            Add(tar, "package/" + Path.GetFileName(file), File.ReadAllBytes(file));
        }

        return manifest;
    }

    private static IEnumerable<(string Name, Stream Content)> Entries(Stream archive)
    {
        using var gzip = new GZipStream(archive, CompressionMode.Decompress, leaveOpen: true);
        using var tar = new TarReader(gzip);
        while (Next(tar) is { } entry)
        {
            switch (entry.EntryType)
            {
                case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                    yield return (entry.Name.Replace('\\', '/'), entry.DataStream ?? Stream.Null);
                    break;
                case TarEntryType.SymbolicLink or TarEntryType.HardLink or TarEntryType.BlockDevice or TarEntryType.CharacterDevice or TarEntryType.Fifo:
                    throw new PackageException($"The package holds a link or device, which no FHIR package needs: {entry.Name}");
                default:
                    break;
            }
        }
    }

    private static TarEntry? Next(TarReader tar)
    {
        try
        {
            return tar.GetNextEntry();
        }
        catch (Exception error) when (error is InvalidDataException or IOException or FormatException or ArgumentException)
        {
            throw new PackageException("The package is damaged: it is no readable gzipped tar.", error);
        }
    }

    private static long Copy(Stream content, FileStream file, string name, long most)
    {
        var buffer = new byte[81920];
        var copied = 0L;
        try
        {
            for (int read; (read = content.Read(buffer)) > 0;)
            {
                copied += read;
                if (copied > most) throw new PackageException($"The package is larger than allowed, at {name}.");
                file.Write(buffer, 0, read);
            }
        }
        catch (InvalidDataException error)
        {
            throw new PackageException($"The package is damaged, at {name}.", error);
        }

        return copied;
    }

    private static void Add(TarWriter tar, string name, byte[] content) =>
        tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name)
        {
            DataStream = new MemoryStream(content),
            // A fixed time: packing the same files twice gives the same archive, so its digest means something.
            ModificationTime = DateTimeOffset.UnixEpoch,
            Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead,
        });
}
