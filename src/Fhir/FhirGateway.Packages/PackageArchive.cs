using System.Formats.Tar;
using System.IO.Compression;

namespace FhirGateway.Packages;

/// <summary>How much a package may hold. A package comes from elsewhere, so every size is bounded.</summary>
/// <param name="TotalBytes">Unpacked bytes of all files together.</param>
/// <param name="FileBytes">Unpacked bytes of one file.</param>
/// <param name="Files">Number of files.</param>
public sealed record PackageLimits(long TotalBytes, long FileBytes, int Files)
{
    /// <summary>Room for the largest published packages (hl7.terminology is about 350 MB unpacked), and no more.</summary>
    public static PackageLimits Default { get; } = new(1_000_000_000, 200_000_000, 100_000);
}

/// <summary>A FHIR package's archive: a gzipped tar with its content under <c>package/</c>.</summary>
public static class PackageArchive
{
    // A block, a pax header and its padding.
    private const long HeaderBytes = 4 * 512;
    private const int MaxName = 500;
    private const int BufferSize = 81_920;

    // As HL7's own packages have it.
    private const string Examples = "example";

    /// <summary>
    /// Unpacks into <paramref name="folder"/>, which becomes <c>folder/package/…</c>. Links, devices and any path that would
    /// leave the folder are refused; so is an archive over its limits, before it fills the disk.
    /// </summary>
    /// <exception cref="PackageException">The archive is damaged, hostile or too large.</exception>
    public static void Extract(Stream archive, string folder, PackageLimits? limits = null)
    {
        limits ??= PackageLimits.Default;
        var root = Path.GetFullPath(folder) + Path.DirectorySeparatorChar;
        try
        {
            Unpack(archive, root, limits);
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException)
        {
            throw new PackageException("The package is damaged: it is not a readable gzipped tar.", error);
        }

        if (!File.Exists(Path.Combine(root, "package", "package.json")))
        {
            throw new PackageException("The archive holds no package/package.json, so it is not a FHIR package.");
        }
    }

    private static void Unpack(Stream archive, string root, PackageLimits limits)
    {
        using var gzip = new GZipStream(archive, CompressionMode.Decompress, leaveOpen: true);
        // Headers and the directories between are part of what is unpacked, and come from elsewhere too. A file past its limit is
        // found by the file's name first.
        using var bounded = new BoundedStream(gzip, limits.TotalBytes + (limits.Files * HeaderBytes) + BufferSize);
        var tar = new TarFiles(bounded);
        var (total, files) = (0L, 0);
        while (tar.Next() is { } entry)
        {
            if (++files > limits.Files) throw new PackageException($"The package holds more than {limits.Files} files.");
            using var file = Create(root, entry.Name.Replace('\\', '/'));
            total += Copy(tar, file, entry.Name, Math.Min(limits.FileBytes, limits.TotalBytes - total));
        }
    }

    private static FileStream Create(string root, string name)
    {
        var problem = $"The package has a name that can't be a file's: {PackageException.Shown(name)}";
        if (name.Length > MaxName || name.Any(char.IsControl)) throw new PackageException(problem);
        var path = Path.GetFullPath(Path.Combine(root, name));
        if (!path.StartsWith(root, StringComparison.Ordinal))
        {
            throw new PackageException($"The package has a path that leaves its folder: {PackageException.Shown(name)}");
        }

        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            return new FileStream(path, FileMode.Create, FileAccess.Write);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A folder of that name, a file where a folder is needed, a part too long; or the disk, of which the message tells.
            throw new PackageException($"{problem} ({error.GetType().Name})", error);
        }
    }

    /// <summary>
    /// Packs a folder's JSON files, and those of its folder <c>example</c>, into a <c>.tgz</c>: the same files always make the same bytes.
    /// </summary>
    /// <param name="folder">The folder whose <c>package.json</c> and definitions go under <c>package/</c>.</param>
    /// <param name="target">Where the archive is written; left open.</param>
    /// <exception cref="PackageException">The folder has no valid <c>package.json</c>.</exception>
    public static PackageManifest Pack(string folder, Stream target)
    {
        var manifestPath = Path.Combine(folder, "package.json");
        if (!File.Exists(manifestPath))
        {
            throw new PackageException($"{folder} has no package.json: add one with name, version, fhirVersions and dependencies.");
        }

        var manifest = PackageManifest.Load(manifestPath);
        using var gzip = new GZipStream(target, CompressionLevel.SmallestSize, leaveOpen: true);
        using var tar = new TarWriter(gzip, TarEntryFormat.Ustar);
        Add(tar, "package/package.json", File.ReadAllBytes(manifestPath));
        Add(tar, "package/.index.json", PackageIndex.Of(folder).ToJson());
        foreach (var file in PackageIndex.DefinitionFiles(folder))
        {
            Add(tar, "package/" + Path.GetFileName(file), File.ReadAllBytes(file));
        }

        foreach (var file in ExampleFiles(folder)) Add(tar, $"package/{Examples}/{Path.GetFileName(file)}", File.ReadAllBytes(file));
        return manifest;
    }

    private static IEnumerable<string> ExampleFiles(string folder) =>
        Path.Combine(folder, Examples) is var examples && Directory.Exists(examples) ? PackageIndex.DefinitionFiles(examples) : [];

    private static long Copy(TarFiles tar, FileStream file, string name, long most)
    {
        var buffer = new byte[BufferSize];
        var copied = 0L;
        for (int read; (read = tar.Read(buffer)) > 0;)
        {
            copied += read;
            if (copied > most) throw new PackageException($"The package is larger than allowed, at {PackageException.Shown(name)}.");
            file.Write(buffer, 0, read);
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
