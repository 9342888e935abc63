using System.Text.Json;
using FhirGateway.Fhir.Definitions;
using FhirGateway.Fhir.FhirPath;
using FhirGateway.Fhir.Validation.Walking;

namespace FhirGateway.Fhir.Validation.References;

/// <summary>Finds what references point at inside the instance: contained resources and a Bundle's entries.</summary>
internal sealed class ReferenceIndex(Focus root)
{
    private readonly Dictionary<string, BundleEntries> _bundles = new(StringComparer.Ordinal);

    /// <summary>The target of a reference as seen from an element; null when it is not inside the instance.</summary>
    public Focus? Resolve(string reference, Focus from)
    {
        if (reference.StartsWith('#')) return Contained(reference[1..], from);
        for (var focus = from; focus is not null; focus = focus.Parent)
        {
            if (focus is { IsResource: true, Type: "Bundle" }) return Entries(focus).Find(reference, EntryAround(from));
        }

        return null;
    }

    /// <summary>The entries of the bundle that an element lies in; null when it is in none.</summary>
    public BundleEntries? BundleAround(Focus from)
    {
        for (var focus = from.Parent; focus is not null; focus = focus.Parent)
        {
            if (focus is { IsResource: true, Type: "Bundle" }) return Entries(focus);
        }

        return null;
    }

    /// <summary>The element of the walk that a FHIRPath node is; null when it is not of this instance.</summary>
    public Focus? FocusOf(FhirNode node)
    {
        if (node.Parent is not { } parent) return node.Json is { } json && json.ValueKind == JsonValueKind.Object && ResourceTypes.Of(json) == root.Type ? root : null;
        if (FocusOf(parent) is not { } owner || node.Name is not { } name) return null;
        return ElementReader.Children(owner, name).Find(child => child.Index < 0 || node.Index is null || child.Index == node.Index);
    }

    /// <summary>The nearest bundle entry that an element lies in; null when it is in none.</summary>
    public static Focus? EntryAround(Focus from)
    {
        for (var focus = from; focus is not null; focus = focus.Parent)
        {
            if (focus is { Name: "entry", Parent: { IsResource: true, Type: "Bundle" } }) return focus;
        }

        return null;
    }

    public BundleEntries Entries(Focus bundle)
    {
        var key = bundle.Location;
        if (!_bundles.TryGetValue(key, out var entries)) _bundles[key] = entries = new BundleEntries(bundle);
        return entries;
    }

    private static Focus? Contained(string id, Focus from)
    {
        var owner = from.RootResource;
        // '#' alone is the resource around a contained one.
        if (id.Length == 0) return ReferenceEquals(from.Resource, owner) ? null : owner;
        return ElementReader.Children(owner, "contained").Find(resource => resource.Text("id") == id);
    }
}

/// <summary>The entries of a Bundle by fullUrl and by type and id.</summary>
internal sealed class BundleEntries
{
    private readonly Dictionary<string, List<Focus>> _byUrl = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Focus>> _byTypeAndId = new(StringComparer.Ordinal);

    public BundleEntries(Focus bundle)
    {
        Bundle = bundle;
        foreach (var entry in ElementReader.Children(bundle, "entry"))
        {
            All.Add(entry);
            if (entry.Text("fullUrl") is { } url) Add(_byUrl, url, entry);
            if (ResourceOf(entry) is { } resource && resource.Text("id") is { } id) Add(_byTypeAndId, $"{resource.Type}/{id}", entry);
        }
    }

    public Focus Bundle { get; }

    public List<Focus> All { get; } = [];

    public string? Type => Bundle.Text("type");

    public static Focus? ResourceOf(Focus entry) => ElementReader.Children(entry, "resource").FirstOrDefault();

    /// <summary>The entries that a reference made in one of them means; more than one when the bundle is ambiguous.</summary>
    public IReadOnlyList<Focus> Matches(string reference, Focus? from)
    {
        var history = reference.IndexOf("/_history/", StringComparison.Ordinal);
        var plain = history < 0 ? reference : reference[..history];
        if (IsAbsolute(plain))
        {
            var found = _byUrl.GetValueOrDefault(reference) ?? _byUrl.GetValueOrDefault(plain) ?? [];
            return Versioned(found, reference, history);
        }

        var full = from?.Text("fullUrl");
        if (full is not null && BaseOf(full) is { } restBase)
        {
            if (_byUrl.TryGetValue(restBase + plain, out var sameServer)) return Versioned(sameServer, reference, history);
        }

        return full is null || !IsHttp(full) ? Versioned(_byTypeAndId.GetValueOrDefault(plain) ?? [], reference, history) : [];
    }

    public Focus? Find(string reference, Focus? from) => Matches(reference, from) is [var entry, ..] ? ResourceOf(entry) : null;

    /// <summary>The entries of one type and id, whatever their fullUrl.</summary>
    public IReadOnlyList<Focus> OfTypeAndId(string typeAndId) => _byTypeAndId.GetValueOrDefault(typeAndId) ?? [];

    public static bool IsHttp(string url) => url.StartsWith("http://", StringComparison.Ordinal) || url.StartsWith("https://", StringComparison.Ordinal);

    /// <summary>Whether a url names its scheme: http:, urn:, or any other.</summary>
    public static bool IsAbsolute(string url)
    {
        var end = url.AsSpan().IndexOfAny(':', '/', '?');
        return end > 0 && url[end] == ':';
    }

    private static List<Focus> Versioned(List<Focus> found, string reference, int history)
    {
        if (history < 0) return found;
        var version = reference[(history + "/_history/".Length)..];
        return [.. found.Where(entry => ResourceOf(entry)?.Json.Member("meta")?.Text("versionId") is { } actual && actual == version)];
    }

    // http://server/fhir/Patient/1 → http://server/fhir/
    private static string? BaseOf(string fullUrl)
    {
        if (!IsHttp(fullUrl)) return null;
        var parts = fullUrl.Split('/');
        return parts.Length > 4 && ResourceTypes.Find(parts[^2]) is not null ? string.Join('/', parts[..^2]) + "/" : null;
    }

    private static void Add(Dictionary<string, List<Focus>> index, string key, Focus entry)
    {
        if (!index.TryGetValue(key, out var entries)) index[key] = entries = [];
        entries.Add(entry);
    }
}
