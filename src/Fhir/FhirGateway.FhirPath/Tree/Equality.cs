using System.Text;
using FhirGateway.FhirPath.Nodes;
using FhirGateway.FhirPath.Ucum;
using FhirGateway.FhirPath.Values;

namespace FhirGateway.FhirPath.Tree;

/// <summary><c>=</c> and <c>~</c> (FHIRPath N1 §6.1).</summary>
internal static class Equality
{
    /// <summary>Null when a side is empty, or when precision does not tell.</summary>
    public static bool? AreEqual(Collection left, Collection right, Evaluation evaluation, int offset)
    {
        if (left.IsEmpty || right.IsEmpty) return null;
        if (left.Count != right.Count) return false;
        bool? result = true;
        for (var i = 0; i < left.Count; i++)
        {
            var equal = AreEqual(left[i], right[i], evaluation, offset);
            if (equal == false) return false;
            result &= equal;
        }

        return result;
    }

    public static bool? AreEqual(FhirNode left, FhirNode right, Evaluation evaluation, int offset)
    {
        evaluation.Descend(offset);
        if (ReferenceEquals(left, right)) return true;
        var a = evaluation.Value(left, offset);
        var b = evaluation.Value(right, offset);
        if (a is not null && b is not null) return AreEqualValues(a, b);
        if (a is not null || b is not null) return false;
        if (left is TypeInfoNode && right is TypeInfoNode) return left.ToString() == right.ToString();
        return Grouped(left, right, evaluation, offset, static (x, y, evaluation, offset) => AreEqual(x, y, evaluation, offset) == true);
    }

    public static bool AreEquivalent(Collection left, Collection right, Evaluation evaluation, int offset)
    {
        if (left.Count != right.Count) return false;
        if (left.Count == 1) return AreEquivalent(left[0], right[0], evaluation, offset);

        // Order does not count, so each item takes an equivalent one that no other has taken: the first of them, where the order is the
        // same.
        var free = new LinkedList<FhirNode>(right.ToList());
        foreach (var item in left)
        {
            var match = free.First;
            while (match is not null && !AreEquivalent(item, match.Value, evaluation, offset)) match = match.Next;
            if (match is null) return false;
            free.Remove(match);
        }

        return true;
    }

    public static bool AreEquivalent(FhirNode left, FhirNode right, Evaluation evaluation, int offset)
    {
        evaluation.Descend(offset);
        if (ReferenceEquals(left, right)) return true;
        var a = evaluation.Value(left, offset);
        var b = evaluation.Value(right, offset);
        if (a is not null && b is not null) return AreEquivalentValues(a, b);
        if (a is not null || b is not null) return false;
        return Grouped(left, right, evaluation, offset, AreEquivalent);
    }

    private static bool? AreEqualValues(object left, object right)
    {
        switch (left, right)
        {
            case (string a, string b):
                return a == b;
            case (bool a, bool b):
                return a == b;
            case (int a, int b):
                return a == b;
            case (Temporal a, Temporal b):
                if ((a.Kind == TemporalKind.Time) != (b.Kind == TemporalKind.Time)) return false;
                return TemporalComparison.Compare(a, b) is { } order ? order == 0 : null;
        }

        if (Numbers.Compare(left, right) is { } difference) return difference == 0;
        return Quantities(left, right) is not var (p, q) ? false : QuantityMath.Compare(p, q) is { } known ? known == 0 : null;
    }

    private static bool AreEquivalentValues(object left, object right)
    {
        if (left is string a && right is string b) return string.Equals(Folded(a), Folded(b), StringComparison.OrdinalIgnoreCase);
        if (Numbers.AreEquivalent(left, right) is { } equivalent) return equivalent;
        if (left is Temporal && right is Temporal) return AreEqualValues(left, right) == true;
        if (Quantities(left, right) is var (p, q)) return QuantityMath.AreEquivalent(p, q);
        return AreEqualValues(left, right) == true;
    }

    /// <summary>Both as quantities, when one is a quantity and the other is a quantity or a number; null otherwise.</summary>
    public static (Quantity Left, Quantity Right)? Quantities(object left, object right)
    {
        if (left is not Quantity && right is not Quantity) return null;
        return AsQuantity(left) is { } a && AsQuantity(right) is { } b ? (a, b) : null;
    }

    private static Quantity? AsQuantity(object value) =>
        value as Quantity ?? (Numbers.Is(value) ? Quantity.OfNumber(value, "1") : null);

    // Children are compared by name: JSON does not order members of different names.
    private static bool Grouped(
        FhirNode left, FhirNode right, Evaluation evaluation, int offset, Func<FhirNode, FhirNode, Evaluation, int, bool> same)
    {
        var leftChildren = evaluation.Children(left, offset);
        var rightChildren = evaluation.Children(right, offset);
        if (leftChildren.Count != rightChildren.Count || leftChildren.Count == 0) return false;
        Dictionary<(string? Name, int Index), FhirNode>? byPlace = null;
        for (var i = 0; i < leftChildren.Count; i++)
        {
            var child = leftChildren[i];
            var counterpart = rightChildren[i];
            // Mostly both have the same order, and no dictionary is needed.
            if (Place(child) != Place(counterpart))
            {
                byPlace ??= ByPlace(rightChildren);
                counterpart = byPlace.GetValueOrDefault(Place(child));
            }

            if (counterpart is null || !same(child, counterpart, evaluation, offset)) return false;
        }

        return true;
    }

    private static (string? Name, int Index) Place(FhirNode child) => (child.JsonName, child.Index ?? 0);

    private static Dictionary<(string? Name, int Index), FhirNode> ByPlace(Collection children)
    {
        var byPlace = new Dictionary<(string? Name, int Index), FhirNode>();
        foreach (var child in children) byPlace.TryAdd(Place(child), child);
        return byPlace;
    }

    // Any white space counts as one space.
    private static string Folded(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var c in text.AsSpan().Trim())
        {
            if (!char.IsWhiteSpace(c)) folded.Append(c);
            else if (folded[^1] != ' ') folded.Append(' ');
        }

        return folded.ToString();
    }
}
