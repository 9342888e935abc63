using FhirGateway.FhirPath.Nodes;
using FhirGateway.FhirPath.Ucum;
using FhirGateway.FhirPath.Values;

namespace FhirGateway.FhirPath.Tree;

/// <summary>The arithmetic operators (FHIRPath N1 §6.6). A result too large for its type is empty, and so is a division by zero.</summary>
internal static class Arithmetic
{
    public static Collection Add(BinaryExpression it, in Scope scope) => Calculate(it, scope, static (left, right) => (left, right) switch
    {
        (int a, int b) => Integer((long)a + b),
        _ when Numbers.Whole(left, right) is var (a, b) => checked(a + b),
        (string a, string b) => a + b,
        (Temporal a, Quantity b) => Shift(a, b, 1),
        (Quantity a, Quantity b) => QuantityMath.Add(a, b, subtract: false) ?? Nothing,
        _ => Decimal(left, right, static (a, b) => a + b),
    });

    public static Collection Subtract(BinaryExpression it, in Scope scope) =>
        Calculate(it, scope, static (left, right) => (left, right) switch
    {
        (int a, int b) => Integer((long)a - b),
        _ when Numbers.Whole(left, right) is var (a, b) => checked(a - b),
        (Temporal a, Quantity b) => Shift(a, b, -1),
        (Quantity a, Quantity b) => QuantityMath.Add(a, b, subtract: true) ?? Nothing,
        _ => Decimal(left, right, static (a, b) => a - b),
    });

    public static Collection Multiply(BinaryExpression it, in Scope scope) => Calculate(it, scope, static (left, right) =>
    {
        if (left is int a && right is int b) return Integer((long)a * b);
        if (Numbers.Whole(left, right) is var (x, y)) return checked(x * y);
        if (Equality.Quantities(left, right) is var (p, q))
        {
            return (left is Quantity ? QuantityMath.Multiply(p, q) : QuantityMath.Multiply(q, p)) ?? Nothing;
        }

        return Decimal(left, right, static (a, b) => a * b);
    });

    public static Collection Divide(BinaryExpression it, in Scope scope) => Calculate(it, scope, static (left, right) =>
    {
        if (Equality.Quantities(left, right) is var (p, q)) return QuantityMath.Divide(p, q) ?? Nothing;
        return Decimal(left, right, static (a, b) => b == 0 ? Nothing : a / b);
    });

    public static Collection DivideWhole(BinaryExpression it, in Scope scope) => Calculate(it, scope, static (left, right) =>
    {
        if ((left is long || right is long) && Numbers.Whole(left, right) is var (a, b)) return b == 0 ? Nothing : checked(a / b);
        return Decimal(
            left, right,
            static (a, b) => b == 0 || Math.Abs(decimal.Truncate(a / b)) > int.MaxValue ? Nothing : (int)decimal.Truncate(a / b));
    });

    public static Collection Remainder(BinaryExpression it, in Scope scope) =>
        Calculate(it, scope, static (left, right) => (left, right) switch
    {
        (int a, int b) => b is 0 ? Nothing : b is -1 ? 0 : a % b,
        _ when Numbers.Whole(left, right) is var (a, b) => b is 0 ? Nothing : b is -1 ? 0L : a % b,
        _ => Decimal(left, right, static (a, b) => b == 0 ? Nothing : a % b),
    });

    /// <summary>A calculation's result when it has none.</summary>
    private static readonly object Nothing = new();

    private static Collection Calculate(BinaryExpression it, in Scope scope, Func<object, object, object?> calculation)
    {
        var left = it.Left.Evaluate(scope);
        var right = it.Right.Evaluate(scope);
        if (left.IsEmpty || right.IsEmpty) return Collection.Empty;
        if (left.Count > 1 || right.Count > 1) throw scope.Evaluation.Error($"'{it.Sign}' calculates with single items", it.Offset);
        if (scope.Evaluation.Value(left[0], it.Offset) is not { } a || scope.Evaluation.Value(right[0], it.Offset) is not { } b)
        {
            throw NotDefined(it, scope, left[0], right[0]);
        }

        object? result;
        try
        {
            result = calculation(a, b);
        }
        catch (OverflowException)
        {
            return Collection.Empty;
        }

        if (result is null) throw NotDefined(it, scope, left[0], right[0]);
        if (result is string text) scope.Evaluation.ChargeText(text.Length, it.Offset);
        return ReferenceEquals(result, Nothing) ? Collection.Empty : Collection.Of(ValueNode.OfValue(result));
    }

    private static FhirPathException NotDefined(BinaryExpression it, in Scope scope, FhirNode left, FhirNode right) =>
        scope.Evaluation.Error($"'{it.Sign}' is not defined for {left.Type} and {right.Type}, or not for these values", it.Offset);

    private static object Integer(long value) => value is >= int.MinValue and <= int.MaxValue ? (int)value : Nothing;

    private static object? Decimal(object left, object right, Func<decimal, decimal, object> calculation) =>
        Numbers.ToDecimal(left) is { } a && Numbers.ToDecimal(right) is { } b ? calculation(a, b) : null;

    // Only UCUM's units of definite length can move a date: 1 'mo' is 30.4375 days, which no calendar has.
    private static object? Shift(Temporal value, Quantity amount, int sign)
    {
        var unit = amount.IsCalendar ? amount.Unit : amount.Unit switch
        {
            "wk" => "week",
            "d" => "day",
            "h" => "hour",
            "min" => "minute",
            "s" => "second",
            "ms" => "millisecond",
            _ => null,
        };
        if (unit is null || (value.Kind == TemporalKind.Time && unit is "year" or "month")) return null;
        return TemporalArithmetic.Add(value, sign * amount.Amount, unit) ?? Nothing;
    }
}
