namespace FhirGateway.Packages;

/// <summary>An unpacked package on this machine.</summary>
/// <param name="manifest">What it says of itself.</param>
/// <param name="folder">Its <c>package</c> folder.</param>
public sealed class InstalledPackage(PackageManifest manifest, string folder)
{
    private readonly Lazy<PackageIndex> _index = new(() => PackageIndex.Load(folder));

    /// <summary>What it says of itself.</summary>
    public PackageManifest Manifest { get; } = manifest;

    /// <summary>Its <c>package</c> folder.</summary>
    public string Folder { get; } = folder;

    /// <summary>Its table of contents.</summary>
    public PackageIndex Index => _index.Value;

    /// <summary>The bytes of one definition.</summary>
    /// <exception cref="PackageException">The file the index names is not there, or too large.</exception>
    public byte[] Read(PackageIndexEntry entry)
    {
        var file = new FileInfo(Path.Combine(Folder, entry.File));
        if (!file.Exists) throw new PackageException($"{Manifest.Id} lists {PackageException.Shown(entry.File)} but does not hold it.");
        if (file.Length > PackageIndex.MaxDefinitionBytes)
        {
            throw new PackageException(
                $"{PackageException.Shown(entry.File)} of {Manifest.Id} has more than {PackageIndex.MaxDefinitionBytes} bytes.");
        }

        return File.ReadAllBytes(file.FullName);
    }
}
