using System.Collections.Immutable;

namespace FhirGateway.Sandbox.Store;

/// <summary>All versions of one resource, oldest first.</summary>
/// <param name="Sequence">The place in the order of creation, which is the order of a search without <c>_sort</c>.</param>
internal sealed record StoredResource(long Sequence, ImmutableList<ResourceVersion> Versions)
{
    public ResourceVersion Current => Versions[^1];

    /// <summary>The newest version that is not a deletion; null when none is left.</summary>
    public ResourceVersion? LastLive => Versions.LastOrDefault(version => !version.IsDeleted);
}
