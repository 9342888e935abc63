using FhirGateway.FhirPath;

namespace FhirGateway.Validation.Questionnaires;

/// <summary>Which of two values is the greater: numbers, dates and times, quantities across units.</summary>
internal static class ValueOrder
{
    private static readonly FhirPathExpression Less = FhirPathExpression.Compile("$this < %other");
    private static readonly FhirPathExpression More = FhirPathExpression.Compile("$this > %other");

    /// <summary>Below, at or above 0; null when they can't be compared.</summary>
    public static int? Compare(FhirNode value, FhirNode other)
    {
        var context = new EvaluationContext { Variables = new Dictionary<string, IReadOnlyList<FhirNode>> { ["other"] = [other] } };
        try
        {
            return (Less.IsTrue(value, context), More.IsTrue(value, context)) switch
            {
                (true, _) => -1,
                (_, true) => 1,
                (false, false) => 0,
                // Dates of different precision: the one that says more lies within, and after the start of, the other.
                _ => value.Json is { } a
                    && other.Json is { } b
                    && a.ValueKind == b.ValueKind
                    && a.ValueKind == System.Text.Json.JsonValueKind.String
                    ? string.CompareOrdinal(a.GetString(), b.GetString())
                    : null,
            };
        }
        catch (FhirPathException)
        {
            return null;
        }
    }
}
