using FhirGateway.FhirPath;
using FhirGateway.Sandbox.Store;
using Hl7.Fhir.Model;

namespace FhirGateway.Sandbox.Searching;

/// <summary><c>:missing</c>: whether the parameter finds nothing (true) or something (false).</summary>
internal sealed class MissingCriterion(SearchParamDefinition parameter, bool missing) : ICriterion
{
    public bool Holds(StoreState state, ResourceVersion resource) =>
        (resource.Index.Values<FhirNode>(parameter, node => [node]).Count == 0) == missing;
}
