namespace FhirGateway.FhirPath.Ucum;

/// <summary>
/// A positive number as a decimal mantissa from 1 to below 10 and a power of ten: exact for all metric steps, and wider than a decimal.
/// </summary>
internal readonly record struct UcumScale
{
    private UcumScale(decimal mantissa, int exponent) => (Mantissa, Exponent) = (mantissa, exponent);

    public decimal Mantissa { get; }

    public int Exponent { get; }

    public static UcumScale One { get; } = new(1, 0);

    public static UcumScale Of(decimal value, int exponent = 0)
    {
        while (value >= 10)
        {
            value /= 10;
            exponent++;
        }

        while (value is > 0 and < 1)
        {
            value *= 10;
            exponent--;
        }

        return new UcumScale(value, exponent);
    }

    public static UcumScale operator *(UcumScale left, UcumScale right) =>
        Of(left.Mantissa * right.Mantissa, left.Exponent + right.Exponent);

    public static UcumScale operator /(UcumScale left, UcumScale right) =>
        Of(left.Mantissa / right.Mantissa, left.Exponent - right.Exponent);

    public UcumScale Power(int exponent)
    {
        var result = One;
        for (var i = 0; i < Math.Abs(exponent); i++) result *= this;
        return exponent < 0 ? One / result : result;
    }

    public decimal ToDecimal() => Exponent >= 0 ? Mantissa * PowerOfTen(Exponent) : Mantissa / PowerOfTen(-Exponent);

    public double ToDouble() => (double)Mantissa * Math.Pow(10, Exponent);

    /// <exception cref="OverflowException">Above 10^28.</exception>
    public static decimal PowerOfTen(int exponent)
    {
        if (exponent > 28) throw new OverflowException();
        var result = 1m;
        for (var i = 0; i < exponent; i++) result *= 10;
        return result;
    }
}
