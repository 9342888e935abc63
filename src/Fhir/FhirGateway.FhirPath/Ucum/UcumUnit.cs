namespace FhirGateway.FhirPath.Ucum;

/// <summary>
/// A unit reduced to base units: a scale and a dimension. Two units are comparable when their dimensions are equal.
/// </summary>
/// <param name="Scale">How many base units one of it is.</param>
/// <param name="Dimension">Canonical text of the base units and their exponents, such as <c>g1m-3</c>; empty for a plain number.</param>
/// <param name="Offset">What to add after scaling, for the temperatures whose zero is not absolute; 0 otherwise.</param>
internal sealed record UcumUnit(UcumScale Scale, string Dimension, decimal Offset = 0)
{
    /// <summary>The order of two amounts of comparable units.</summary>
    public static int Compare(decimal left, UcumUnit leftUnit, decimal right, UcumUnit rightUnit)
    {
        try
        {
            if (leftUnit.Offset != 0 || rightUnit.Offset != 0)
            {
                return (left * leftUnit.Scale.ToDecimal() + leftUnit.Offset).CompareTo(
                    right * rightUnit.Scale.ToDecimal() + rightUnit.Offset);
            }

            // Exact: no division, only shifts of the decimal point.
            var shift = leftUnit.Scale.Exponent - rightUnit.Scale.Exponent;
            var leftAmount = left * leftUnit.Scale.Mantissa;
            var rightAmount = right * rightUnit.Scale.Mantissa;
            return shift >= 0
                ? (leftAmount * UcumScale.PowerOfTen(shift)).CompareTo(rightAmount)
                : leftAmount.CompareTo(rightAmount * UcumScale.PowerOfTen(-shift));
        }
        catch (OverflowException)
        {
            return ((double)left * leftUnit.Scale.ToDouble()).CompareTo((double)right * rightUnit.Scale.ToDouble());
        }
    }

    /// <summary>The amount in another unit of the same dimension; null when it is too large for a decimal.</summary>
    public static decimal? Convert(decimal amount, UcumUnit from, UcumUnit to)
    {
        try
        {
            if (from.Offset != 0 || to.Offset != 0)
            {
                return ((amount * from.Scale.ToDecimal()) + from.Offset - to.Offset) / to.Scale.ToDecimal();
            }

            var shift = from.Scale.Exponent - to.Scale.Exponent;
            var ratio = amount * from.Scale.Mantissa / to.Scale.Mantissa;
            return shift >= 0 ? ratio * UcumScale.PowerOfTen(shift) : ratio / UcumScale.PowerOfTen(-shift);
        }
        catch (OverflowException)
        {
            return null;
        }
    }
}
