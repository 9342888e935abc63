namespace FhirGateway.Packages;

/// <summary>Brings packages and all they depend on into the cache.</summary>
/// <param name="cache">Where packages are kept.</param>
/// <param name="registry">Where missing ones come from; null works from the cache alone.</param>
public sealed class PackageRestore(PackageCache cache, PackageRegistry? registry)
{
    // The largest guides build on some dozens; a registry may name new ones without end.
    private const int MostPackages = 1_000;

    /// <summary>
    /// Resolves <paramref name="wanted"/> and their dependencies. A locked version is taken as locked; a name that is asked for
    /// in several versions is settled once, on the highest that was asked for.
    /// </summary>
    /// <param name="wanted">The packages asked for directly.</param>
    /// <param name="locked">An earlier restore's outcome; null to settle versions anew.</param>
    /// <param name="progress">Told one line a package; null for silence.</param>
    /// <param name="cancellationToken">Stops between packages.</param>
    /// <exception cref="PackageException">
    /// A registry can't be asked, an archive can't be trusted, or the dependencies have no end.
    /// </exception>
    public async Task<PackageLock> RestoreAsync(
        IEnumerable<PackageId> wanted, PackageLock? locked, Action<string>? progress, CancellationToken cancellationToken)
    {
        var settled = new Dictionary<string, (PackageId Id, string? Digest)>(StringComparer.Ordinal);
        var lockedByName = locked?.Packages.Keys.GroupBy(id => id.Name, StringComparer.Ordinal).ToDictionary(
            group => group.Key, group => group.First(), StringComparer.Ordinal);
        var missing = new List<PackageId>();
        var queue = new Queue<PackageId>(wanted);
        var seen = new HashSet<PackageId>();
        while (queue.TryDequeue(out var requested))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!seen.Add(requested)) continue;
            if (seen.Count > MostPackages)
            {
                throw new PackageException($"More than {MostPackages} packages are asked for, the last by a dependency on {requested}: "
                    + "no package needs so many.");
            }

            var lockedId = lockedByName?.GetValueOrDefault(requested.Name);
            var digest = lockedId is null ? null : locked!.Packages[lockedId];
            var (package, archiveDigest) = await FetchAsync(
                lockedId ?? requested, digest, progress, cancellationToken).ConfigureAwait(false);
            if (package is null)
            {
                missing.Add(requested);
                progress?.Invoke($"missing   {requested}");
                continue;
            }

            var id = package.Manifest.Id;
            if (settled.TryGetValue(id.Name, out var earlier) && PackageVersions.Compare(earlier.Id.Version, id.Version) >= 0) continue;
            settled[id.Name] = (id, archiveDigest ?? digest);
            foreach (var dependency in package.Manifest.Dependencies) queue.Enqueue(dependency);
        }

        return new PackageLock(settled.Values.ToDictionary(item => item.Id, item => item.Digest), missing);
    }

    private async Task<(InstalledPackage? Package, string? Digest)> FetchAsync(
        PackageId requested, string? lockedDigest, Action<string>? progress, CancellationToken cancellationToken)
    {
        // For an open version the registry is asked first: the cache can't tell what is newest.
        var mayAskFirst = registry is not null && PackageVersions.IsOpen(requested.Version);
        if (!mayAskFirst && cache.Find(requested) is { } cached)
        {
            progress?.Invoke($"cached    {cached.Manifest.Id}");
            return (cached, null);
        }

        var published = registry is null ? null : await registry.FindAsync(requested, cancellationToken).ConfigureAwait(false);
        if (published is null) return (cache.Find(requested), null);
        if (cache.Find(published.Id) is { } known)
        {
            progress?.Invoke($"cached    {known.Manifest.Id}");
            return (known, null);
        }

        await using var archive = await registry!.DownloadAsync(published, cancellationToken).ConfigureAwait(false);
        var digest = PackageDigest.Sha512(archive).Text;
        archive.Position = 0;
        if (lockedDigest is not null && lockedDigest != digest)
        {
            throw new PackageException($"{published.Id} is not the archive that was locked (its SHA-512 differs): it was not installed.");
        }

        var installed = cache.Install(archive, published.Id);
        progress?.Invoke($"installed {installed.Manifest.Id}");
        return (installed, digest);
    }
}
