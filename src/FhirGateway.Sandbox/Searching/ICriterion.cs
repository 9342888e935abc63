using FhirGateway.Sandbox.Store;

namespace FhirGateway.Sandbox.Searching;

/// <summary>One condition of a search; a resource is found when all of them hold.</summary>
internal interface ICriterion
{
    bool Holds(StoreState state, ResourceVersion resource);

    /// <summary>
    /// The only resources that can meet it, when the store can name them without a look at each of the type; null when it can't.
    /// </summary>
    IReadOnlyCollection<StoredResource>? Candidates(StoreState state) => null;
}
