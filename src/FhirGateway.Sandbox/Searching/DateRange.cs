using System.Globalization;

namespace FhirGateway.Sandbox.Searching;

/// <summary>
/// The time a FHIR date, dateTime, instant or Period covers: first and last millisecond. Without a time zone it is UTC, as on HAPI.
/// </summary>
/// <param name="WholeDays">Whether it was given to the day or coarser; such a value is compared by days.</param>
internal readonly record struct DateRange(DateTimeOffset Start, DateTimeOffset End, bool WholeDays)
{
    private static readonly string[] Zoned = ["yyyy-MM-dd'T'HH:mmzzz", "yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz"];
    private static readonly string[] Unzoned = ["yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF"];
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    public static bool TryParse(string? text, out DateRange range)
    {
        range = default;
        if (text is null) return false;
        switch (text.Length)
        {
            case 4 when Exactly(text, "yyyy", out var year):
                range = Days(year, year.AddYears(1));
                return true;
            case 7 when Exactly(text, "yyyy-MM", out var month):
                range = Days(month, month.AddMonths(1));
                return true;
            case 10 when Exactly(text, "yyyy-MM-dd", out var day):
                range = Days(day, day.AddDays(1));
                return true;
        }

        var spelled = text.EndsWith('Z') ? text[..^1] + "+00:00" : text;
        if (!DateTimeOffset.TryParseExact(spelled, Zoned, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            && !DateTimeOffset.TryParseExact(spelled, Unzoned, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time))
        {
            return false;
        }

        var precision = text.Contains('.', StringComparison.Ordinal) ? Millisecond
            : text.Count(c => c == ':') - (HasZone(text) ? 1 : 0) >= 2 ? TimeSpan.FromSeconds(1) : TimeSpan.FromMinutes(1);
        range = new DateRange(time.ToUniversalTime(), time.ToUniversalTime() + precision - Millisecond, false);
        return true;
    }

    /// <summary>Whether this, a resource's value, stands to the searched time as the prefix says.</summary>
    /// <remarks>HAPI measures <c>ge</c> and <c>gt</c> by the end of the searched time, <c>le</c> and <c>lt</c> by its start: ge2020-05
    /// does not find 2020-05-10.</remarks>
    public bool Is(string prefix, DateRange searched)
    {
        var (low, high) = (Compare(Start, searched.Start, searched.WholeDays), Compare(End, searched.End, searched.WholeDays));
        return prefix switch
        {
            "eq" => low >= 0 && high <= 0,
            "ne" => low < 0 || high > 0,
            "gt" => high > 0,
            "ge" => high >= 0,
            "lt" => low < 0,
            "le" => low <= 0,
            "sa" => Compare(Start, searched.End, searched.WholeDays) > 0,
            _ => Compare(End, searched.Start, searched.WholeDays) < 0,
        };
    }

    private static int Compare(DateTimeOffset left, DateTimeOffset right, bool wholeDays) =>
        wholeDays ? left.UtcDateTime.Date.CompareTo(right.UtcDateTime.Date) : left.CompareTo(right);

    private static DateRange Days(DateTimeOffset start, DateTimeOffset next) => new(start, next - Millisecond, true);

    private static bool Exactly(string text, string format, out DateTimeOffset time) =>
        DateTimeOffset.TryParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);

    private static bool HasZone(string text) => text.Length > 6 && text[^6] is '+' or '-';
}
