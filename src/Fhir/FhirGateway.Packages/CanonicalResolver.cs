namespace FhirGateway.Packages;

/// <summary>Finds definitions by canonical URL (<c>url</c> or <c>url|version</c>) in a set of packages.</summary>
public sealed class CanonicalResolver
{
    private readonly Dictionary<string, List<(InstalledPackage Package, PackageIndexEntry Entry)>> _byUrl = new(StringComparer.Ordinal);

    /// <param name="packages">In order of precedence: of equal versions, the first wins.</param>
    public CanonicalResolver(IEnumerable<InstalledPackage> packages)
    {
        foreach (var package in packages)
        {
            foreach (var entry in package.Index.Entries)
            {
                if (entry.Url is null) continue;
                if (!_byUrl.TryGetValue(entry.Url, out var found)) _byUrl[entry.Url] = found = [];
                found.Add((package, entry));
            }
        }

        // The highest version first, once for all questions; OrderBy leaves equal ones in their order.
        foreach (var url in _byUrl.Keys.ToList())
        {
            _byUrl[url] = [
                .. _byUrl[url].OrderByDescending(found => found.Entry.Version, Comparer<string?>.Create(PackageVersions.Compare))];
        }
    }

    /// <summary>
    /// The definition's JSON; null when no package holds it. A version may be partial (<c>4.0</c> finds <c>4.0.1</c>);
    /// without one the highest wins.
    /// </summary>
    public byte[]? Find(string canonical, string? resourceType = null)
    {
        var bar = canonical.IndexOf('|', StringComparison.Ordinal);
        var (url, version) = bar < 0 ? (canonical, null) : (canonical[..bar], canonical[(bar + 1)..]);
        if (!_byUrl.TryGetValue(url, out var found)) return null;
        var best = found.Find(candidate =>
            (resourceType is null || candidate.Entry.ResourceType == resourceType)
            && (version is null
                || candidate.Entry.Version == version
                || candidate.Entry.Version?.StartsWith(version + ".", StringComparison.Ordinal) == true));
        return best.Package?.Read(best.Entry);
    }
}
