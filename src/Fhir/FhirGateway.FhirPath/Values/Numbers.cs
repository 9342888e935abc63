namespace FhirGateway.FhirPath.Values;

/// <summary>FHIRPath's numbers side by side: Integer (int), Long (long), Decimal (decimal, or a <see cref="WideNumber"/>).</summary>
internal static class Numbers
{
    public static bool Is(object? value) => value is int or long or decimal or WideNumber;

    /// <summary>The nearest decimal; null when it is not a number.</summary>
    /// <exception cref="OverflowException">It is past a decimal's range.</exception>
    public static decimal? ToDecimal(object? value) => value switch
    {
        int number => number,
        long number => number,
        decimal number => number,
        WideNumber wide => wide.ToDecimal(),
        _ => null,
    };

    /// <summary>Both as whole numbers of 64 bits; null when one is not an Integer or Long.</summary>
    public static (long Left, long Right)? Whole(object left, object right) =>
        Whole(left) is { } a && Whole(right) is { } b ? (a, b) : null;

    /// <summary>Below, at or above 0; null when one is not a number.</summary>
    public static int? Compare(object? left, object? right)
    {
        if (!Is(left) || !Is(right)) return null;
        if (left is WideNumber || right is WideNumber) return Wide(left!).CompareTo(Wide(right!));
        return ToDecimal(left)!.Value.CompareTo(ToDecimal(right)!.Value);
    }

    /// <summary><c>~</c> of two numbers; null when one is not a number.</summary>
    public static bool? AreEquivalent(object left, object right)
    {
        if (!Is(left) || !Is(right)) return null;
        if (left is WideNumber && right is WideNumber) return left.Equals(right);
        try
        {
            return Decimals.AreEquivalent(ToDecimal(left)!.Value, ToDecimal(right)!.Value);
        }
        catch (OverflowException)
        {
            // One is past a decimal's range, and the other is not.
            return false;
        }
    }

    private static long? Whole(object value) => value switch { int number => number, long number => number, _ => null };

    private static WideNumber Wide(object value) => value as WideNumber ?? WideNumber.Of(ToDecimal(value)!.Value);
}
