using System.Collections.Immutable;
using Resources = System.Collections.Immutable.ImmutableDictionary<string, FhirGateway.Sandbox.Store.StoredResource>;

namespace FhirGateway.Sandbox.Store;

/// <summary>
/// Everything the sandbox holds, at one moment. Immutable: a reader keeps a consistent view without a lock, and a
/// transaction that fails leaves nothing to undo.
/// </summary>
internal sealed record StoreState(ImmutableDictionary<string, Resources> Types, IdentifierIndex Identifiers, long NextSequence, long NextId)
{
    public static readonly StoreState Empty = new(ImmutableDictionary<string, Resources>.Empty, IdentifierIndex.Empty, 1, 1000);

    /// <summary>A resource with its history; null when the id was never used.</summary>
    public StoredResource? Find(string type, string id) => Types.GetValueOrDefault(type)?.GetValueOrDefault(id);

    /// <summary>The current version of a resource that is not deleted; null otherwise.</summary>
    public ResourceVersion? FindLive(string type, string id) => Find(type, id)?.Current is { IsDeleted: false } live ? live : null;

    /// <summary>The living resources of a type, in order of creation.</summary>
    public IEnumerable<ResourceVersion> Live(string type) =>
        All(type)
            .Where(resource => !resource.Current.IsDeleted)
            .OrderBy(resource => resource.Sequence)
            .Select(resource => resource.Current);

    /// <summary>All resources of a type, deleted ones included, in no order.</summary>
    public IEnumerable<StoredResource> All(string type) => Types.GetValueOrDefault(type)?.Values ?? [];

    public StoreState With(ResourceVersion version)
    {
        var resources = Types.GetValueOrDefault(version.Type) ?? Resources.Empty;
        var known = resources.GetValueOrDefault(version.Id);
        var stored = known is null
            ? new StoredResource(NextSequence, [version])
            : known with { Versions = known.Versions.Add(version) };
        return this with
        {
            Types = Types.SetItem(version.Type, resources.SetItem(version.Id, stored)),
            Identifiers = Identifiers.With(known?.Current, version),
            NextSequence = known is null ? NextSequence + 1 : NextSequence,
        };
    }
}
