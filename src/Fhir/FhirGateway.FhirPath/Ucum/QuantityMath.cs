using FhirGateway.FhirPath.Values;

namespace FhirGateway.FhirPath.Ucum;

/// <summary>Comparison and arithmetic of quantities across units.</summary>
internal static class QuantityMath
{
    /// <summary>Whether the two can be compared: they have one dimension, or the same unit, even one that UCUM does not know.</summary>
    public static bool AreComparable(Quantity left, Quantity right) =>
        SameUnit(left, right) || (Unit(left) is { } a && Unit(right) is { } b && a.Dimension == b.Dimension);

    /// <summary>Below, at or above 0; null when the units can't be compared.</summary>
    public static int? Compare(Quantity left, Quantity right)
    {
        if (SameUnit(left, right)) return IsWide(left, right) ? left.Wide().CompareTo(right.Wide()) : left.Value.CompareTo(right.Value);
        if (Unit(left) is not { } a || Unit(right) is not { } b || a.Dimension != b.Dimension) return null;
        // A temperature past a decimal's range is compared by the greatest that there is.
        return IsWide(left, right) && a.Offset == 0 && b.Offset == 0
            ? InBase(left, a).CompareTo(InBase(right, b))
            : UcumUnit.Compare(left.Value, a, right.Value, b);
    }

    private static bool IsWide(Quantity left, Quantity right) => left.Exact is not null || right.Exact is not null;

    private static WideNumber InBase(Quantity quantity, UcumUnit unit) => quantity.Wide().Times(unit.Scale.Mantissa, unit.Scale.Exponent);

    /// <summary>
    /// Equal when both are rounded to the coarser one's precision; of years and months the calendar and the definite durations count as
    /// the same.
    /// </summary>
    public static bool AreEquivalent(Quantity left, Quantity right)
    {
        left = Definite(left);
        right = Definite(right);
        if (SameUnit(left, right)) return Decimals.AreEquivalent(left.Value, right.Value);
        if (Unit(left) is not { } a || Unit(right) is not { } b || a.Dimension != b.Dimension) return false;
        var (coarse, coarseUnit, fine, fineUnit) = Magnitude(a) >= Magnitude(b) ? (left, a, right, b) : (right, b, left, a);
        return UcumUnit.Convert(fine.Value, fineUnit, coarseUnit) is { } converted && Decimals.AreEquivalent(coarse.Value, converted);
    }

    /// <summary>The sum (or difference) in the finer of the two units; null when the units can't be added.</summary>
    public static Quantity? Add(Quantity left, Quantity right, bool subtract)
    {
        if (SameUnit(left, right)) return Result(left, subtract ? left.Amount - right.Amount : left.Amount + right.Amount);
        if (Unit(left) is not { } a || Unit(right) is not { } b || a.Dimension != b.Dimension) return null;
        var finer = Magnitude(a) <= Magnitude(b) ? (Quantity: left, Unit: a) : (Quantity: right, Unit: b);
        if (UcumUnit.Convert(left.Amount, a, finer.Unit) is not { } x || UcumUnit.Convert(right.Amount, b, finer.Unit) is not { } y)
        {
            return null;
        }

        return Result(finer.Quantity, subtract ? x - y : x + y);
    }

    /// <summary>The amount in the unit of <paramref name="wanted"/>; null when the units can't be compared.</summary>
    public static decimal? Convert(Quantity quantity, Quantity wanted) =>
        Unit(quantity) is { } from && Unit(wanted) is { } to && from.Dimension == to.Dimension
            ? UcumUnit.Convert(quantity.Amount, from, to)
            : null;

    /// <summary>
    /// The amount in base units and their dimension, empty for a plain number; null for a unit that is unknown, or an amount beyond a
    /// decimal.
    /// </summary>
    public static (decimal Amount, string Dimension)? InBaseUnits(Quantity quantity)
    {
        if (Unit(quantity) is not { } unit) return null;
        try
        {
            return ((quantity.Amount * unit.Scale.ToDecimal()) + unit.Offset, unit.Dimension);
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    public static Quantity? Multiply(Quantity left, Quantity right) => Combine(left, right, left.Amount * right.Amount, '.');

    /// <summary>Null when the divisor is 0.</summary>
    public static Quantity? Divide(Quantity left, Quantity right) =>
        right.Amount == 0 ? null : Combine(left, right, left.Amount / right.Amount, '/');

    private static Quantity? Combine(Quantity left, Quantity right, decimal value, char sign)
    {
        var a = Definite(left).Unit;
        var b = Definite(right).Unit;
        if (b == "1") return Result(left, value);
        var text = a == "1" ? (sign == '/' ? "/" : "") + Part(b) : Part(a) + sign + Part(b);
        if (UcumParser.Parse(text) is not { } unit) return null;
        return unit.Dimension.Length == 0 ? new Quantity(value * unit.Scale.ToDecimal(), "1") : new Quantity(value, text);
    }

    private static Quantity Result(Quantity like, decimal value) => like with { Value = value, Exact = null };

    private static string Part(string unit) => unit.AsSpan().IndexOfAny('.', '/') < 0 ? unit : $"({unit})";

    private static bool SameUnit(Quantity left, Quantity right) => left.Unit == right.Unit && left.IsCalendar == right.IsCalendar;

    private static double Magnitude(UcumUnit unit) => unit.Scale.ToDouble();

    // A calendar year or month has no definite length: 1 year and 1 'a' can't be compared, while days and shorter are what UCUM says.
    private static UcumUnit? Unit(Quantity quantity) => !quantity.IsCalendar ? UcumParser.Parse(quantity.Unit) : quantity.Unit switch
    {
        "year" => new UcumUnit(UcumScale.Of(12), "calendar"),
        "month" => new UcumUnit(UcumScale.One, "calendar"),
        _ => UcumParser.Parse(Definite(quantity).Unit),
    };

    private static Quantity Definite(Quantity quantity) =>
        !quantity.IsCalendar ? quantity : new Quantity(quantity.Value, quantity.Unit switch
        {
            "year" => "a",
            "month" => "mo",
            "week" => "wk",
            "day" => "d",
            "hour" => "h",
            "minute" => "min",
            "second" => "s",
            _ => "ms",
        });
}
