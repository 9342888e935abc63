using System.Collections.Immutable;
using FhirGateway.Sandbox.Searching;

namespace FhirGateway.Sandbox.Store;

/// <summary>
/// Which living resources carry which business identifier, so that a conditional request need not look at every resource of
/// its type. Immutable, as the state it belongs to.
/// </summary>
internal sealed class IdentifierIndex
{
    public static readonly IdentifierIndex Empty = new(ImmutableDictionary<Key, ImmutableHashSet<string>>.Empty);

    private readonly ImmutableDictionary<Key, ImmutableHashSet<string>> _ids;

    private IdentifierIndex(ImmutableDictionary<Key, ImmutableHashSet<string>> ids) => _ids = ids;

    /// <summary>The ids of the resources of a type with an identifier.</summary>
    /// <param name="system">The identifier's system; empty for identifiers without one.</param>
    public IReadOnlyCollection<string> Find(string type, string system, string value) =>
        _ids.GetValueOrDefault(new Key(type, system, value)) ?? [];

    /// <summary>The index after a resource's new version took the place of the one before.</summary>
    /// <param name="before">The version so far; null for a new resource.</param>
    public IdentifierIndex With(ResourceVersion? before, ResourceVersion version)
    {
        var ids = _ids.ToBuilder();
        foreach (var key in KeysOf(before))
        {
            var left = ids[key].Remove(version.Id);
            if (left.IsEmpty) ids.Remove(key);
            else ids[key] = left;
        }

        foreach (var key in KeysOf(version)) ids[key] = (ids.GetValueOrDefault(key) ?? []).Add(version.Id);
        return new IdentifierIndex(ids.ToImmutable());
    }

    // What a search by identifier compares, and nothing else: a DocumentReference's masterIdentifier is among them.
    private static IEnumerable<Key> KeysOf(ResourceVersion? version) =>
        version is { IsDeleted: false } && SearchParameters.For(version.Type).TryGetValue(SearchParameters.Identifier, out var parameter)
            ? version.Index.Values(parameter, IndexedValues.Tokens)
                .Where(token => token.Code is not null)
                .Select(token => new Key(version.Type, token.System ?? "", token.Code!))
                .Distinct()
            : [];

    private readonly record struct Key(string Type, string System, string Value);
}
