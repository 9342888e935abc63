namespace FhirGateway.Fhir.Packages;

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
    /// <exception cref="PackageException">The file the index names is not there.</exception>
    public byte[] Read(PackageIndexEntry entry)
    {
        var path = Path.Combine(Folder, entry.File);
        return File.Exists(path) ? File.ReadAllBytes(path) : throw new PackageException($"{Manifest.Id} lists {entry.File} but does not hold it.");
    }
}
