using FhirGateway.FhirPath.Types;
using FhirGateway.Sandbox.Store;

namespace FhirGateway.Sandbox.Searching;

/// <summary>What resources are sorted by.</summary>
internal static class SortKeys
{
    public static readonly IComparer<IComparable?> Comparer = Comparer<IComparable?>.Create((left, right) =>
        left is string a && right is string b ? string.CompareOrdinal(a, b) : System.Collections.Comparer.DefaultInvariant.Compare(left, right));

    /// <summary>The smallest of a resource's values; null when it has none, which sorts last either way.</summary>
    public static IComparable? Of(ResourceVersion resource, SearchParameterDefinition parameter) => parameter.Type switch
    {
        "date" => resource.Index.Values(parameter, IndexedValues.Dates).Select(date => (IComparable)date.Start).Min(Comparer),
        "string" => resource.Index.Values(parameter, IndexedValues.Strings).Select(text => (IComparable)StringCriterion.Normalized(text)).Min(Comparer),
        "token" => resource.Index.Values(parameter, IndexedValues.Tokens).Select(token => (IComparable)(token.Code ?? "")).Min(Comparer),
        "number" or "quantity" => resource.Index.Values(parameter, IndexedValues.Quantities).Select(quantity => (IComparable)quantity.Value).Min(Comparer),
        "uri" => resource.Index.Values(parameter, IndexedValues.Uris).Min(Comparer),
        _ => resource.Index.Values(parameter, IndexedValues.References).Min(Comparer),
    };
}
