using FhirGateway.Sandbox.Store;
using Hl7.Fhir.Model;

namespace FhirGateway.Sandbox.Searching;

/// <summary>A uri search: the whole uri, or with <c>:below</c> what starts with it.</summary>
internal sealed class UriCriterion(SearchParamDefinition parameter, string? modifier, IReadOnlyList<string> values) : ICriterion
{
    private readonly IReadOnlyList<string> _values = [.. values.Select(QueryString.Unescape)];

    public bool Holds(StoreState state, ResourceVersion resource) => resource.Index.Values(parameter, IndexedValues.Uris)
        .Any(uri => _values.Any(value => modifier == "below" ? uri.StartsWith(value, StringComparison.Ordinal) : uri == value));
}
