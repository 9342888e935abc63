using FhirGateway.FhirPath;

namespace FhirGateway.Validation.Instances;

/// <summary>
/// Finds what references point at inside the instance: contained resources and a Bundle's entries. What it looked through once it
/// keeps.
/// </summary>
internal sealed class ReferenceIndex(Focus root)
{
    private readonly Dictionary<string, BundleEntries> _bundles = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<string, Focus>> _contained = new(StringComparer.Ordinal);
    private readonly Dictionary<(Focus Owner, string Name), IReadOnlyList<Focus>> _children = [];

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

    /// <summary>The nearest bundle entry that an element lies in; null when it is in none.</summary>
    public BundleEntry? EntryAround(Focus from)
    {
        for (var focus = from; focus is not null; focus = focus.Parent)
        {
            if (focus is { Name: "entry", Parent: { IsResource: true, Type: "Bundle" } bundle }) return Entries(bundle).At(focus);
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
        if (node.Parent is not { } parent) return node.Json is { } json && R4Resource.TypeOf(json) == root.Type ? root : null;
        if (FocusOf(parent) is not { } owner || node.Name is not { } name) return null;
        if (!_children.TryGetValue((owner, name), out var children)) _children[(owner, name)] = children = owner.Children(name);
        return Repetitions.At(children, node.Index ?? -1, child => child.Index);
    }

    // By location, because walks meet the same bundle as different objects.
    public BundleEntries Entries(Focus bundle)
    {
        var key = bundle.Location;
        if (!_bundles.TryGetValue(key, out var entries)) _bundles[key] = entries = new BundleEntries(bundle);
        return entries;
    }

    private Focus? Contained(string id, Focus from)
    {
        var owner = from.RootResource;
        // '#' alone is the resource around a contained one.
        if (id.Length == 0) return ReferenceEquals(from.Resource, owner) ? null : owner;
        var key = owner.Location;
        if (!_contained.TryGetValue(key, out var byId))
        {
            _contained[key] = byId = new(StringComparer.Ordinal);
            foreach (var resource in owner.Children("contained"))
            {
                if (resource.Text("id") is { } own) byId.TryAdd(own, resource);
            }
        }

        return byId.GetValueOrDefault(id);
    }
}
