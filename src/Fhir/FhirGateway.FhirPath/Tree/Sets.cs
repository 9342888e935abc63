using FhirGateway.FhirPath.Nodes;

namespace FhirGateway.FhirPath.Tree;

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

    /// <summary>The first of each group of equal items.</summary>
    public static Collection Distinct(Collection items, Evaluation evaluation, int offset)
    {
        if (items.Count <= 1) return items;
        var known = new ItemSet(items.Count, evaluation, offset);
        var distinct = new CollectionBuilder();
        foreach (var item in items)
        {
            if (known.Add(item)) distinct.Add(item);
        }

        return distinct.Count == items.Count ? items : distinct.ToCollection();
    }

    /// <summary>A collection in which many items are looked up.</summary>
    public static ItemSet SetOf(Collection items, Evaluation evaluation, int offset)
    {
        var set = new ItemSet(items.Count, evaluation, offset);
        foreach (var item in items) set.Add(item);
        return set;
    }
}

/// <summary>Items, told apart by <c>=</c>. Few are compared one by one: that is quicker than a hash for each.</summary>
internal sealed class ItemSet(int expected, Evaluation evaluation, int offset)
{
    private const int Few = 8;
    private readonly List<FhirNode> _few = [];
    private readonly HashSet<FhirNode>? _many = expected > Few ? new(new EqualItems(evaluation, offset)) : null;

    /// <summary>False when an equal item is there already.</summary>
    public bool Add(FhirNode item)
    {
        if (_many is not null) return _many.Add(item);
        if (Contains(item)) return false;
        _few.Add(item);
        return true;
    }

    public bool Contains(FhirNode item) =>
        _many?.Contains(item) ?? _few.Exists(known => Equality.AreEqual(known, item, evaluation, offset) == true);
}
