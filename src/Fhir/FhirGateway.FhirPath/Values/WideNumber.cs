using System.Globalization;
using System.Numerics;

namespace FhirGateway.FhirPath.Values;

/// <summary>
/// A number that a decimal can't hold: of more than 28 digits, nearer to zero than 10⁻²⁸, or past some 10²⁸. It is compared exactly;
/// what is calculated with it is rounded to a decimal, or has no result when it is too great for one.
/// </summary>
public sealed class WideNumber : IComparable<WideNumber>, IEquatable<WideNumber>
{
    // What comes after so many digits is cut off: no measure has a tenth of them.
    private const int MaxDigits = 1000;
    private const long MaxExponent = 1_000_000_000_000_000_000;

    // Longer than that, an exponent is shorter.
    private const int MaxWritten = 200;

    private readonly BigInteger _digits;
    private readonly long _exponent;
    private readonly int _count;

    // The digits have no zeros at their end, so that a number has one form.
    private WideNumber(BigInteger digits, long exponent)
    {
        while (!digits.IsZero && BigInteger.Remainder(digits, 10).IsZero)
        {
            digits /= 10;
            exponent++;
        }

        _digits = digits;
        _exponent = digits.IsZero ? 0 : exponent;
        _count = BigInteger.Abs(digits).ToString(CultureInfo.InvariantCulture).Length;
    }

    /// <summary>Digits after the point; 0 for a whole number.</summary>
    public int Places => (int)Math.Clamp(-_exponent, 0, int.MaxValue);

    /// <summary>
    /// Reads a number as JSON or FHIRPath writes it: a decimal when that holds it exactly, else a wide number; null when it is not a
    /// number.
    /// </summary>
    public static object? Parse(ReadOnlySpan<char> text)
    {
        var isDecimal = decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number);
        if (isDecimal && text.Length <= 28 && text.IndexOfAny('e', 'E') < 0) return number;
        if (Read(text) is not { } wide) return null;
        return isDecimal && wide.Equals(Of(number)) ? number : wide;
    }

    /// <summary>A decimal in the form in which wide numbers are compared.</summary>
    public static WideNumber Of(decimal value)
    {
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(value, bits);
        var digits = ((BigInteger)(uint)bits[2] << 64) | ((BigInteger)(uint)bits[1] << 32) | (uint)bits[0];
        return new WideNumber(value < 0 ? -digits : digits, -value.Scale);
    }

    /// <summary>The nearest decimal.</summary>
    /// <exception cref="OverflowException">It is past a decimal's range.</exception>
    public decimal ToDecimal() =>
        Magnitude > 30 ? throw new OverflowException() : decimal.Parse(Exponential(), NumberStyles.Float, CultureInfo.InvariantCulture);

    /// <summary>The nearest decimal, or the greatest one on its side.</summary>
    public decimal Nearest()
    {
        try
        {
            return ToDecimal();
        }
        catch (OverflowException)
        {
            return _digits.Sign < 0 ? decimal.MinValue : decimal.MaxValue;
        }
    }

    public WideNumber Negate() => new(-_digits, _exponent);

    public WideNumber Abs() => _digits.Sign < 0 ? Negate() : this;

    /// <summary>The product with a decimal and a power of ten.</summary>
    internal WideNumber Times(decimal factor, int powerOfTen)
    {
        var other = Of(factor);
        return new WideNumber(_digits * other._digits, Math.Clamp(_exponent + other._exponent + powerOfTen, -MaxExponent, MaxExponent));
    }

    public int CompareTo(WideNumber? other)
    {
        if (other is null) return 1;
        if (_digits.Sign != other._digits.Sign || _digits.IsZero) return _digits.Sign.CompareTo(other._digits.Sign);
        if (Magnitude != other.Magnitude) return Magnitude > other.Magnitude ? _digits.Sign : -_digits.Sign;
        var shift = _exponent - other._exponent;
        return shift >= 0
            ? (_digits * BigInteger.Pow(10, (int)shift)).CompareTo(other._digits)
            : _digits.CompareTo(other._digits * BigInteger.Pow(10, (int)-shift));
    }

    public bool Equals(WideNumber? other) => other is not null && _digits == other._digits && _exponent == other._exponent;

    public override bool Equals(object? obj) => Equals(obj as WideNumber);

    public override int GetHashCode() => HashCode.Combine(_digits, _exponent);

    /// <summary>All digits, or with an exponent when these are very many.</summary>
    public override string ToString()
    {
        if (_exponent > MaxWritten || -_exponent > MaxWritten) return Exponential();
        var digits = BigInteger.Abs(_digits).ToString(CultureInfo.InvariantCulture);
        if (_exponent >= 0)
        {
            digits += new string('0', (int)_exponent);
        }
        else
        {
            digits = digits.PadLeft(1 - (int)_exponent, '0');
            digits = digits.Insert(digits.Length + (int)_exponent, ".");
        }

        return _digits.Sign < 0 ? "-" + digits : digits;
    }

    public static bool operator ==(WideNumber? left, WideNumber? right) => left is null ? right is null : left.Equals(right);

    public static bool operator !=(WideNumber? left, WideNumber? right) => !(left == right);

    public static bool operator <(WideNumber left, WideNumber right) => left.CompareTo(right) < 0;

    public static bool operator <=(WideNumber left, WideNumber right) => left.CompareTo(right) <= 0;

    public static bool operator >(WideNumber left, WideNumber right) => left.CompareTo(right) > 0;

    public static bool operator >=(WideNumber left, WideNumber right) => left.CompareTo(right) >= 0;

    // Digits before the point.
    private long Magnitude => _count + _exponent;

    private string Exponential() => string.Create(CultureInfo.InvariantCulture, $"{_digits}e{_exponent}");

    private static WideNumber? Read(ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAny('e', 'E');
        var exponent = end < 0 ? 0 : Exponent(text[(end + 1)..]);
        var number = end < 0 ? text : text[..end];
        var isNegative = number is ['-', ..];
        if (number is ['-' or '+', ..]) number = number[1..];
        var point = number.IndexOf('.');
        var whole = point < 0 ? number : number[..point];
        var fraction = point < 0 ? default : number[(point + 1)..];
        if (exponent is null || whole.IsEmpty || whole.ContainsAnyExceptInRange('0', '9') || fraction.ContainsAnyExceptInRange('0', '9'))
        {
            return null;
        }

        var places = fraction.Length;
        var all = string.Concat(whole, fraction).AsSpan().TrimStart('0');
        if (all.Length > MaxDigits)
        {
            places -= all.Length - MaxDigits;
            all = all[..MaxDigits];
        }

        var digits = all.IsEmpty ? BigInteger.Zero : BigInteger.Parse(all, NumberStyles.None, CultureInfo.InvariantCulture);
        return new WideNumber(isNegative ? -digits : digits, Math.Clamp(exponent.Value - places, -MaxExponent, MaxExponent));
    }

    // Null when it is not a whole number. One that no long holds is as good as the greatest.
    private static long? Exponent(ReadOnlySpan<char> text)
    {
        var isNegative = text is ['-', ..];
        if (text is ['-' or '+', ..]) text = text[1..];
        if (text.IsEmpty || text.ContainsAnyExceptInRange('0', '9')) return null;
        var exponent = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var small)
            ? Math.Min(small, MaxExponent)
            : MaxExponent;
        return isNegative ? -exponent : exponent;
    }
}
