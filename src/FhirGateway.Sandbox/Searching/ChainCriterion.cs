using FhirGateway.Sandbox.Store;
using FhirGateway.Sandbox.Writing;
using Hl7.Fhir.Model;

namespace FhirGateway.Sandbox.Searching;

/// <summary>A chain: <c>subject.identifier=…</c> holds when the referenced resource meets the rest.</summary>
internal sealed class ChainCriterion(SearchParamDefinition reference, IReadOnlyDictionary<string, ICriterion> byType) : ICriterion
{
    public bool Holds(StoreState state, ResourceVersion resource)
    {
        foreach (var literal in resource.Index.Values(reference, IndexedValues.References))
        {
            if (LiteralReferences.TryParseLocal(literal, out var type, out var id)
                && byType.TryGetValue(type, out var criterion)
                && state.FindLive(type, id) is { } target
                && criterion.Holds(state, target))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>A reverse chain: <c>_has:Encounter:subject:status=…</c> holds when such a resource refers to this one.</summary>
internal sealed class HasCriterion(string sourceType, SearchParamDefinition reference, ICriterion criterion) : ICriterion
{
    public bool Holds(StoreState state, ResourceVersion resource) => state.Live(sourceType).Any(source =>
        source.Index.Values(reference, IndexedValues.References).Contains(resource.Reference) && criterion.Holds(state, source));
}
