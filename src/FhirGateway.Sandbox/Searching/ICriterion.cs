using FhirGateway.Sandbox.Store;

namespace FhirGateway.Sandbox.Searching;

/// <summary>One condition of a search; a resource is found when all of them hold.</summary>
internal interface ICriterion
{
    bool Holds(StoreState state, ResourceVersion resource);
}
