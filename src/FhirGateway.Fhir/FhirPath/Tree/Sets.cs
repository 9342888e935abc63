using FhirGateway.Fhir.FhirPath.Nodes;

namespace FhirGateway.Fhir.FhirPath.Tree;

/// <summary>Collections as sets, told apart by <c>=</c>.</summary>
internal static class Sets
{
    public static bool Contains(Collection items, FhirNode item, Evaluation evaluation, int offset)
    {
        foreach (var candidate in items)
        {
            if (Equality.AreEqual(candidate, item, evaluation, offset) == true) return true;
        }

        return false;
    }

    public static Collection Union(Collection left, Collection right, Evaluation evaluation, int offset)
    {
        if (right.IsEmpty && left.Count <= 1) return left;
        if (left.IsEmpty && right.Count <= 1) return right;
        var all = new CollectionBuilder();
        all.AddRange(left);
        all.AddRange(right);
        return Distinct(all.ToCollection(), evaluation, offset);
    }

    /// <summary>The first of each group of equal items. Strings, the usual case, are told apart by hash.</summary>
    public static Collection Distinct(Collection items, Evaluation evaluation, int offset)
    {
        if (items.Count <= 1) return items;
        var distinct = new List<FhirNode>(items.Count);
        var others = new List<FhirNode>();
        var strings = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in items)
        {
            evaluation.Charge(1, offset);
            if (evaluation.Value(item, offset) is string text)
            {
                if (strings.Add(text)) distinct.Add(item);
            }
            else if (!others.Exists(other => Equality.AreEqual(other, item, evaluation, offset) == true))
            {
                others.Add(item);
                distinct.Add(item);
            }
        }

        return distinct.Count == items.Count ? items : Collection.Of(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(distinct));
    }
}
