using FhirGateway.Sandbox.Store;
using Hl7.Fhir.Model;

namespace FhirGateway.Sandbox.Searching;

/// <summary>What resources are sorted by.</summary>
internal static class SortKeys
{
    public static readonly IComparer<IComparable?> Comparer = Comparer<IComparable?>.Create((left, right) =>
        left is string a && right is string b
            ? string.CompareOrdinal(a, b)
            : System.Collections.Comparer.DefaultInvariant.Compare(left, right));

    /// <summary>The smallest of a resource's values; null when it has none, which sorts last either way.</summary>
    public static IComparable? Of(ResourceVersion resource, SearchParamDefinition parameter) => parameter.Type switch
    {
        SearchParamType.Date => resource.Index.Values(parameter, IndexedValues.Dates).Select(date => (IComparable)date.Start).Min(Comparer),
        SearchParamType.String => resource.Index.Values(parameter, IndexedValues.Strings)
            .Select(text => (IComparable)StringCriterion.Normalized(text))
            .Min(Comparer),
        SearchParamType.Token => resource.Index.Values(parameter, IndexedValues.Tokens)
            .Select(token => (IComparable)(token.Code ?? ""))
            .Min(Comparer),
        SearchParamType.Number or SearchParamType.Quantity => resource.Index.Values(parameter, IndexedValues.Quantities)
            .Select(quantity => (IComparable)quantity.Value)
            .Min(Comparer),
        SearchParamType.Uri => resource.Index.Values(parameter, IndexedValues.Uris).Min(Comparer),
        _ => resource.Index.Values(parameter, IndexedValues.References).Min(Comparer),
    };
}
