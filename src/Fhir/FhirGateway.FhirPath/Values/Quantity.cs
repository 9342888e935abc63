using System.Globalization;

namespace FhirGateway.FhirPath.Values;

/// <summary>A FHIRPath Quantity.</summary>
/// <param name="Value">The number, its trailing zeros kept.</param>
/// <param name="Unit">A UCUM code, a calendar word in the singular (<c>year</c>), or, of FHIR Quantities that have no UCUM code, <c>system|code</c> or the unit's text.</param>
/// <param name="IsCalendar">Whether the unit is a calendar duration (<c>1 month</c>) rather than UCUM's definite one (<c>1 'mo'</c>).</param>
public sealed record Quantity(decimal Value, string Unit, bool IsCalendar = false)
{
    private static readonly HashSet<string> CalendarWords = new(StringComparer.Ordinal)
    {
        "year", "month", "week", "day", "hour", "minute", "second", "millisecond",
    };

    /// <summary>The calendar unit of a word, singular or plural; null when it is none.</summary>
    public static string? CalendarUnit(string word)
    {
        var singular = word.EndsWith('s') ? word[..^1] : word;
        return CalendarWords.Contains(singular) ? singular : null;
    }

    /// <summary>A quantity of a unit as quoted in a literal: <c>10 'mg'</c>; a quoted calendar word counts as the word.</summary>
    public static Quantity Of(decimal value, string unit) =>
        CalendarUnit(unit) is { } calendar ? new Quantity(value, calendar, IsCalendar: true) : new Quantity(value, unit);

    /// <summary>As a literal: <c>10.1 'mg'</c>, <c>4 days</c>.</summary>
    public override string ToString()
    {
        var number = Value.ToString(CultureInfo.InvariantCulture);
        return IsCalendar ? $"{number} {Unit}{(Value is 1 or -1 ? "" : "s")}" : $"{number} '{Unit}'";
    }
}
