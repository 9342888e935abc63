using FhirGateway.FhirPath.Nodes;
using FhirGateway.FhirPath.Ucum;
using FhirGateway.FhirPath.Values;
using FhirGateway.Json;

namespace FhirGateway.FhirPath.Tree;

/// <summary><c>&lt;</c> and the like, and the order that <c>sort()</c>, <c>min()</c> and <c>max()</c> use.</summary>
internal static class Ordering
{
    /// <summary>Below, at or above 0; null when units or precision don't tell.</summary>
    /// <exception cref="FhirPathException">Two types that have no order between them.</exception>
    public static int? Compare(FhirNode left, FhirNode right, Evaluation evaluation, int offset)
    {
        evaluation.Charge(1, offset);
        var a = evaluation.Value(left, offset);
        var b = evaluation.Value(right, offset);
        switch (a, b)
        {
            case (string x, string y):
                return CodePoints.Compare(x, y);
            case (int x, int y):
                return x.CompareTo(y);
            case (Temporal x, Temporal y) when (x.Kind == TemporalKind.Time) == (y.Kind == TemporalKind.Time):
                return TemporalComparison.Compare(x, y);
        }

        if (Numbers.Compare(a, b) is { } order) return order;
        if (a is not null && b is not null && Equality.Quantities(a, b) is var (m, n)) return QuantityMath.Compare(m, n);
        // A primitive with extensions only has no value that could be compared.
        if (IsValueless(left) || IsValueless(right)) return null;
        throw evaluation.Error($"{left.Type} and {right.Type} have no order between them", offset);
    }

    private static bool IsValueless(FhirNode node) => node is ElementNode { Model.IsPrimitive: true, Value: null };
}
