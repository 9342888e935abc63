namespace FhirGateway.Packages;

/// <summary>
/// The package cache that FHIR tools share: <c>~/.fhir/packages/name#version/package/…</c>
/// (https://confluence.hl7.org/display/FHIR/FHIR+Package+Cache).
/// </summary>
/// <param name="root">The cache's folder; made when the first package is installed.</param>
public sealed class PackageCache(string root)
{
    /// <summary>The user's own cache.</summary>
    public static PackageCache OfUser() =>
        new(Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".fhir", "packages"));

    /// <summary>The cache's folder.</summary>
    public string Root { get; } = Path.GetFullPath(root);

    /// <summary>Every installed package, by name and version.</summary>
    public IReadOnlyList<PackageId> List() =>
        !Directory.Exists(Root)
            ? []
            : [.. from folder in Directory.GetDirectories(Root).Order(StringComparer.Ordinal)
                  let name = Path.GetFileName(folder)
                  where name.Contains('#', StringComparison.Ordinal) && File.Exists(Path.Combine(folder, "package", "package.json"))
                  // Others keep things here too: a folder that is not a package's must not hide those that are.
                  let id = PackageId.TryParse(name)
                  where id is not null
                  select id];

    /// <summary>The package that a request means among the installed ones; null when none fits.</summary>
    public InstalledPackage? Find(PackageId requested)
    {
        if (!PackageVersions.IsOpen(requested.Version)) return Open(requested);
        var version = PackageVersions.Choose(requested.Version, List().Where(id => id.Name == requested.Name).Select(id => id.Version));
        return version is null ? null : Open(requested with { Version = version });
    }

    /// <summary>The package that a request means and, as far as they are installed, all it builds on; empty when none fits.</summary>
    public IReadOnlyList<InstalledPackage> FindWithDependencies(PackageId requested)
    {
        var found = new Dictionary<PackageId, InstalledPackage>();
        Add(requested);
        return [.. found.Values];

        void Add(PackageId wanted)
        {
            if (Find(wanted) is not { } package || !found.TryAdd(package.Manifest.Id, package)) return;
            foreach (var dependency in package.Manifest.Dependencies) Add(dependency);
        }
    }

    /// <summary>
    /// Unpacks an archive into the cache and returns what it holds. It appears whole or not at all: other tools, and other
    /// processes of ours, read the same folder.
    /// </summary>
    /// <param name="archive">The <c>.tgz</c>.</param>
    /// <param name="expected">The package it must be; null to take the archive's own word.</param>
    /// <param name="limits">Sizes; the defaults suit published packages.</param>
    /// <exception cref="PackageException">Damaged, too large, hostile, or another package than expected.</exception>
    public InstalledPackage Install(Stream archive, PackageId? expected = null, PackageLimits? limits = null)
    {
        Directory.CreateDirectory(Root);
        // Staged inside the cache, so that the final move is a rename on one file system.
        var staging = Path.Combine(Root, ".staging-" + Path.GetRandomFileName());
        try
        {
            PackageArchive.Extract(archive, staging, limits);
            var manifest = PackageManifest.Load(Path.Combine(staging, "package", "package.json"));
            if (expected is not null && (manifest.Id.Name != expected.Name || manifest.Id.Version != expected.Version))
            {
                throw new PackageException($"The archive for {expected} holds {manifest.Id}.");
            }

            var target = FolderOf(manifest.Id);
            if (!Directory.Exists(target)) Move(staging, target);
            return Open(manifest.Id)!;
        }
        finally
        {
            if (Directory.Exists(staging)) Directory.Delete(staging, recursive: true);
        }
    }

    private static void Move(string staging, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        try
        {
            Directory.Move(staging, target);
        }
        catch (IOException) when (Directory.Exists(target))
        {
            // Another process installed the same package first; a version's content never changes.
        }
    }

    private InstalledPackage? Open(PackageId id)
    {
        var folder = Path.Combine(FolderOf(id), "package");
        return File.Exists(Path.Combine(folder, "package.json"))
            ? new InstalledPackage(PackageManifest.Load(Path.Combine(folder, "package.json")), folder)
            : null;
    }

    private string FolderOf(PackageId id) => Path.Combine(Root, id.ToString().Replace('/', '-'));
}
