namespace FhirGateway.FhirPath.Values;

/// <summary>Reads dates and times as FHIR and FHIRPath write them, partial ones too.</summary>
public static class TemporalParser
{
    /// <summary><c>2014</c>, <c>2014-01</c>, <c>2014-01-25</c>.</summary>
    public static Temporal? Date(ReadOnlySpan<char> text)
    {
        var at = 0;
        return ReadDate(text, ref at, out var precision, out var clock) && at == text.Length
            ? new Temporal(TemporalKind.Date, precision, clock)
            : null;
    }

    /// <summary>
    /// A date, or a date, <c>T</c> and a time (may be missing, as in <c>2014T</c>), or <c>2014-01-25T14:30:14.559+10:00</c>.
    /// </summary>
    public static Temporal? DateTime(ReadOnlySpan<char> text)
    {
        var at = 0;
        if (!ReadDate(text, ref at, out var precision, out var clock)) return null;
        var (digits, isLeap) = (0, false);
        int? offset = null;
        if (at < text.Length && text[at] == 'T')
        {
            at++;
            if (at < text.Length)
            {
                if (precision != TemporalPrecision.Day || !ReadTime(text, ref at, out precision, out var time, out digits, out isLeap))
                {
                    return null;
                }

                clock += time;
                if (!ReadZone(text, ref at, out offset)) return null;
            }
        }

        return at == text.Length ? new Temporal(TemporalKind.DateTime, precision, clock, digits, offset) { IsLeapSecond = isLeap } : null;
    }

    /// <summary><c>14</c>, <c>14:30</c>, <c>14:30:14</c>, <c>14:30:14.559</c>; never a zone.</summary>
    public static Temporal? Time(ReadOnlySpan<char> text)
    {
        var at = 0;
        return ReadTime(text, ref at, out var precision, out var time, out var digits, out var isLeap) && at == text.Length
            ? new Temporal(TemporalKind.Time, precision, System.DateTime.MinValue + time, digits) { IsLeapSecond = isLeap }
            : null;
    }

    private static bool ReadDate(ReadOnlySpan<char> text, ref int at, out TemporalPrecision precision, out DateTime clock)
    {
        precision = TemporalPrecision.Year;
        clock = default;
        if (!Digits(text, ref at, 4, out var year) || year == 0) return false;
        int month = 1, day = 1;
        if (Skip(text, ref at, '-'))
        {
            precision = TemporalPrecision.Month;
            if (!Digits(text, ref at, 2, out month) || month is < 1 or > 12) return false;
            if (Skip(text, ref at, '-'))
            {
                precision = TemporalPrecision.Day;
                if (!Digits(text, ref at, 2, out day) || day < 1 || day > System.DateTime.DaysInMonth(year, month)) return false;
            }
        }

        clock = new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Unspecified);
        return true;
    }

    private static bool ReadTime(
        ReadOnlySpan<char> text, ref int at, out TemporalPrecision precision, out TimeSpan time, out int fractionDigits, out bool isLeap)
    {
        isLeap = false;
        precision = TemporalPrecision.Hour;
        time = default;
        fractionDigits = 0;
        int minute = 0, second = 0;
        long ticks = 0;
        if (!Digits(text, ref at, 2, out var hour) || hour > 23) return false;
        if (Skip(text, ref at, ':'))
        {
            precision = TemporalPrecision.Minute;
            if (!Digits(text, ref at, 2, out minute) || minute > 59) return false;
            if (Skip(text, ref at, ':'))
            {
                precision = TemporalPrecision.Second;
                // A leap second is a valid FHIR time, though no clock of .NET has it.
                if (!Digits(text, ref at, 2, out second) || second > 60) return false;
                isLeap = second == 60;
                if (Skip(text, ref at, '.'))
                {
                    precision = TemporalPrecision.Fraction;
                    if (!ReadFraction(text, ref at, out ticks, out fractionDigits)) return false;
                }
            }
        }

        time = new TimeSpan(hour, minute, Math.Min(second, 59)) + new TimeSpan(ticks);
        return true;
    }

    // Seven digits are what a tick can hold; more are read and not kept.
    private static bool ReadFraction(ReadOnlySpan<char> text, ref int at, out long ticks, out int digits)
    {
        ticks = 0;
        digits = 0;
        var start = at;
        for (; at < text.Length && char.IsAsciiDigit(text[at]); at++)
        {
            if (digits == 7) continue;
            ticks = (ticks * 10) + (text[at] - '0');
            digits++;
        }

        for (var i = digits; i < 7; i++) ticks *= 10;
        return at > start;
    }

    private static bool ReadZone(ReadOnlySpan<char> text, ref int at, out int? offset)
    {
        offset = null;
        if (at == text.Length) return true;
        if (Skip(text, ref at, 'Z'))
        {
            offset = 0;
            return true;
        }

        var sign = text[at] switch { '+' => 1, '-' => -1, _ => 0 };
        at++;
        if (sign == 0 || !Digits(text, ref at, 2, out var hours)) return false;
        if (!Skip(text, ref at, ':') || !Digits(text, ref at, 2, out var minutes)) return false;
        offset = sign * ((hours * 60) + minutes);
        return minutes < 60 && hours <= 14;
    }

    private static bool Digits(ReadOnlySpan<char> text, ref int at, int count, out int value)
    {
        value = 0;
        if (at + count > text.Length) return false;
        for (var end = at + count; at < end; at++)
        {
            if (!char.IsAsciiDigit(text[at])) return false;
            value = (value * 10) + (text[at] - '0');
        }

        return true;
    }

    private static bool Skip(ReadOnlySpan<char> text, ref int at, char expected)
    {
        if (at >= text.Length || text[at] != expected) return false;
        at++;
        return true;
    }
}
