using System.Globalization;
using FhirGateway.Validation.Findings;

namespace FhirGateway.Validation.Formats;

/// <summary>date, dateTime, instant and time.</summary>
internal static class DateFormats
{
    /// <summary>What is wrong with a value; null when nothing is.</summary>
    public static Finding? Check(string text, string type) => type switch
    {
        "time" => IsTime(text) ? null : FormatFindings.NotATime(text),
        "date" => text.Length is 4 or 7 or 10 && IsDate(text) ? null : FormatFindings.NotADate(text),
        "instant" => text.Length > 10 ? Moment(text) : FormatFindings.NotAnInstant(text),
        _ when text.Length is 4 or 7 or 10 => IsDate(text) ? null : FormatFindings.NotADateTime(text),
        _ => Moment(text),
    };

    private static bool IsTime(string text)
    {
        var (length, valid) = Clock(text);
        return valid && length == text.Length;
    }

    private static Finding? Moment(string text)
    {
        if (text.Length < 19 || text[10] != 'T' || !IsDate(text.AsSpan(0, 10))) return FormatFindings.NotADateTime(text);
        var (length, valid) = Clock(text.AsSpan(11));
        if (!valid) return FormatFindings.NotADateTime(text);
        var zone = text.AsSpan(11 + length);
        if (zone.IsEmpty) return FormatFindings.NoTimeZone(text);
        return zone is "Z" || IsOffset(zone) ? null : FormatFindings.NotADateTime(text);
    }

    private static bool IsDate(ReadOnlySpan<char> text)
    {
        if (text.Length < 4 || !Number(text[..4], out var year) || year == 0) return false;
        if (text.Length == 4) return true;
        if (text[4] != '-' || !Number(text.Slice(5, 2), out var month) || month is < 1 or > 12) return false;
        if (text.Length == 7) return true;
        return text[7] == '-' && Number(text.Slice(8, 2), out var day) && day >= 1 && day <= DateTime.DaysInMonth(year, month);
    }

    // How many characters are a clock time, and whether they are one.
    private static (int Length, bool Valid) Clock(ReadOnlySpan<char> text)
    {
        if (text.Length < 8 || text[2] != ':' || text[5] != ':') return (0, false);
        if (!Number(text[..2], out var hour) || !Number(text.Slice(3, 2), out var minute)) return (0, false);
        if (!Number(text.Slice(6, 2), out var second)) return (0, false);
        // 60 is the leap second.
        if (hour > 23 || minute > 59 || second > 60) return (0, false);
        if (text.Length == 8 || text[8] != '.') return (8, true);
        var end = 9;
        while (end < text.Length && char.IsAsciiDigit(text[end])) end++;
        return (end, end > 9);
    }

    private static bool IsOffset(ReadOnlySpan<char> zone) =>
        zone.Length == 6 && zone[0] is '+' or '-' && zone[3] == ':'
        && Number(zone.Slice(1, 2), out var hours) && Number(zone[4..], out var minutes)
        && (hours < 14 || hours == 14 && minutes == 0) && minutes < 60;

    private static bool Number(ReadOnlySpan<char> digits, out int number) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
