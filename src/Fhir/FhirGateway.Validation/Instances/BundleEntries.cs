
namespace FhirGateway.Validation.Instances;

/// <summary>The entries of a Bundle by fullUrl and by type and id.</summary>
internal sealed class BundleEntries
{
    private const string History = "/_history/";

    private readonly Dictionary<string, List<BundleEntry>> _byUrl = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<BundleEntry>> _byTypeAndId = new(StringComparer.Ordinal);

    // A history has every version under one url.
    private readonly Dictionary<List<BundleEntry>, Dictionary<string, List<BundleEntry>>> _byVersion = [];

    public BundleEntries(Focus bundle)
    {
        Type = bundle.Text("type");
        foreach (var focus in bundle.Children("entry"))
        {
            var entry = new BundleEntry(focus);
            All.Add(entry);
            if (entry.FullUrl is { } url) Add(_byUrl, url, entry);
            if (entry.Resource is { } resource && resource.Text("id") is { } id) Add(_byTypeAndId, $"{resource.Type}/{id}", entry);
        }
    }

    public List<BundleEntry> All { get; } = [];

    public string? Type { get; }

    /// <summary>The entries that a reference made in one of them means; more than one when the bundle is ambiguous.</summary>
    /// <param name="from">The entry it is made in; null when it is made in none.</param>
    public IReadOnlyList<BundleEntry> Matches(string reference, BundleEntry? from)
    {
        var history = reference.IndexOf(History, StringComparison.Ordinal);
        var plain = history < 0 ? reference : reference[..history];
        if (IsAbsolute(plain)) return Versioned(_byUrl.GetValueOrDefault(reference) ?? _byUrl.GetValueOrDefault(plain), reference, history);
        if (from?.OnSameServer(plain) is { } url && _byUrl.TryGetValue(url, out var sameServer))
        {
            return Versioned(sameServer, reference, history);
        }

        return from?.FullUrl is { } full && IsHttp(full) ? [] : Versioned(_byTypeAndId.GetValueOrDefault(plain), reference, history);
    }

    /// <summary>The entry that an element of the walk is; null when there is none at its place.</summary>
    public BundleEntry? At(Focus entry) => Repetitions.At(All, entry.Index, known => known.Focus.Index);

    public Focus? Find(string reference, BundleEntry? from) => Matches(reference, from) is [var entry, ..] ? entry.Resource : null;

    public static bool IsHttp(string url) =>
        url.StartsWith("http://", StringComparison.Ordinal) || url.StartsWith("https://", StringComparison.Ordinal);

    /// <summary>Whether a url names its scheme: http:, urn:, or any other.</summary>
    public static bool IsAbsolute(string url)
    {
        var end = url.AsSpan().IndexOfAny(':', '/', '?');
        return end > 0 && url[end] == ':';
    }

    private List<BundleEntry> Versioned(List<BundleEntry>? found, string reference, int history)
    {
        if (found is null) return [];
        if (history < 0) return found;
        if (!_byVersion.TryGetValue(found, out var versions))
        {
            versions = new(StringComparer.Ordinal);
            foreach (var entry in found)
            {
                if (entry.VersionId is { } version) Add(versions, version, entry);
            }

            _byVersion[found] = versions;
        }

        return versions.GetValueOrDefault(reference[(history + History.Length)..]) ?? [];
    }

    private static void Add(Dictionary<string, List<BundleEntry>> index, string key, BundleEntry entry)
    {
        if (!index.TryGetValue(key, out var entries)) index[key] = entries = [];
        entries.Add(entry);
    }
}
