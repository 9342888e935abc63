using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace FhirGateway.FhirPath.Ucum;

/// <summary>
/// Reads UCUM unit expressions (case sensitive): <c>mg/dL</c>, <c>10*3/uL</c>, <c>kg.m/s2</c>, <c>{tbl}</c>, <c>mm[Hg]</c>.
/// </summary>
internal static class UcumParser
{
    private const int MaxLength = 128;
    private const int MaxCached = 2048;
    private const int MaxExponent = 40;
    private static readonly ConcurrentDictionary<string, UcumUnit?> Cache = new(StringComparer.Ordinal);

    /// <summary>Null when it is not a valid UCUM expression, or uses a unit that the table lacks.</summary>
    public static UcumUnit? Parse(string unit)
    {
        if (unit.Length > MaxLength) return null;
        if (Cache.TryGetValue(unit, out var known)) return known;
        UcumUnit? parsed;
        try
        {
            parsed = UcumTable.Temperatures.TryGetValue(unit, out var temperature)
                ? new UcumUnit(UcumScale.Of(temperature.Value), "K1", temperature.Offset)
                : new Reading(unit).ReadAll();
        }
        catch (Exception error) when (error is OverflowException or DivideByZeroException)
        {
            parsed = null;
        }

        // Hostile input could name units without end: what no longer fits is parsed again each time.
        if (Cache.Count < MaxCached) Cache[unit] = parsed;
        return parsed;
    }

    private sealed class Reading(string text)
    {
        private readonly SortedDictionary<string, int> _dimension = new(StringComparer.Ordinal);
        private UcumScale _scale = UcumScale.One;
        private int _at;

        public UcumUnit? ReadAll()
        {
            if (!Term(1, depth: 0) || _at != text.Length) return null;
            var dimension = new StringBuilder();
            foreach (var (unit, exponent) in _dimension)
            {
                if (exponent != 0) dimension.Append(unit).Append(exponent.ToString(CultureInfo.InvariantCulture));
            }

            return new UcumUnit(_scale, dimension.ToString());
        }

        private bool Term(int sign, int depth)
        {
            if (depth > 8) return false;
            var direction = sign;
            if (Skip('/')) direction = -sign;
            while (true)
            {
                if (!Component(direction, depth)) return false;
                if (Skip('.')) direction = sign;
                else if (Skip('/')) direction = -sign;
                else return true;
            }
        }

        private bool Component(int direction, int depth)
        {
            if (Skip('(')) return Term(direction, depth + 1) && Skip(')');
            if (Skip('{')) return Annotation();
            var start = _at;
            var bracket = 0;
            for (; _at < text.Length; _at++)
            {
                var c = text[_at];
                if (c == '[') bracket++;
                else if (c == ']') bracket--;
                else if (bracket == 0 && c is '.' or '/' or '(' or ')' or '{') break;
            }

            var component = text.AsSpan(start, _at - start);
            return Atom(component, direction) && (!Skip('{') || Annotation());
        }

        private bool Annotation()
        {
            var end = text.IndexOf('}', _at);
            if (end < 0) return false;
            _at = end + 1;
            return true;
        }

        private bool Atom(ReadOnlySpan<char> component, int direction)
        {
            if (component.IsEmpty) return false;
            if (long.TryParse(component, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                if (number == 0) return false;
                _scale *= UcumScale.Of(number).Power(direction);
                return true;
            }

            var end = component.Length;
            while (end > 0 && char.IsAsciiDigit(component[end - 1])) end--;
            var exponent = 1;
            if (end < component.Length)
            {
                if (end > 0 && component[end - 1] is '+' or '-') end--;
                if (!int.TryParse(component[end..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent)
                    || Math.Abs(exponent) > MaxExponent)
                {
                    return false;
                }
            }

            return Named(component[..end].ToString(), exponent * direction);
        }

        private bool Named(string name, int exponent)
        {
            if (Known(name, metricOnly: false) is { } unit) return Multiply(unit, 0, exponent);
            foreach (var length in new[] { 1, 2 })
            {
                if (name.Length > length
                    && UcumTable.Prefixes.TryGetValue(name[..length], out var power)
                    && Known(name[length..], metricOnly: true) is { } prefixed)
                {
                    return Multiply(prefixed, power, exponent);
                }
            }

            return false;
        }

        private static (decimal Value, string Unit)? Known(string name, bool metricOnly)
        {
            if (UcumTable.Base.Contains(name)) return (1, name);
            if (UcumTable.Metric.TryGetValue(name, out var metric)) return metric;
            return !metricOnly && UcumTable.Other.TryGetValue(name, out var other) ? other : null;
        }

        private bool Multiply((decimal Value, string Unit) unit, int power, int exponent)
        {
            _scale *= (UcumScale.Of(unit.Value) * UcumScale.Of(1, power)).Power(exponent);
            if (UcumTable.Base.Contains(unit.Unit))
            {
                _dimension[unit.Unit] = _dimension.GetValueOrDefault(unit.Unit) + exponent;
                return true;
            }

            // Derived: its definition is read the same way, into a reading of its own, and raised to the exponent.
            var definition = new Reading(unit.Unit);
            if (definition.ReadAll() is null) return false;
            _scale *= definition._scale.Power(exponent);
            foreach (var (name, part) in definition._dimension) _dimension[name] = _dimension.GetValueOrDefault(name) + (part * exponent);
            return true;
        }

        private bool Skip(char expected)
        {
            if (_at >= text.Length || text[_at] != expected) return false;
            _at++;
            return true;
        }
    }
}
