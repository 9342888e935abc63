using System.Globalization;

namespace FhirGateway.FhirPath.Values;

/// <summary>A FHIRPath Quantity.</summary>
/// <param name="Value">The number, its trailing zeros kept.</param>
/// <param name="Unit">
/// A UCUM code, a calendar word in the singular (<c>year</c>), or, of FHIR Quantities that have no UCUM code, <c>system|code</c> or the
/// unit's text.
/// </param>
/// <param name="IsCalendar">
/// Whether the unit is a calendar duration (<c>1 month</c>) rather than UCUM's definite one (<c>1 'mo'</c>).
/// </param>
public sealed record Quantity(decimal Value, string Unit, bool IsCalendar = false)
{
    private static readonly HashSet<string> CalendarWords = new(StringComparer.Ordinal)
    {
        "year", "month", "week", "day", "hour", "minute", "second", "millisecond",
    };

    /// <summary>The exact number when <see cref="Value"/> can only be near it; null otherwise.</summary>
    public WideNumber? Exact { get; init; }

    /// <summary>The number as text.</summary>
    internal string Number => Exact?.ToString() ?? Value.ToString(CultureInfo.InvariantCulture);

    /// <summary>The number to calculate with.</summary>
    /// <exception cref="OverflowException">It is past a decimal's range.</exception>
    internal decimal Amount => Exact?.ToDecimal() ?? Value;

    /// <summary>The calendar unit of a word, singular or plural; null when it is not one.</summary>
    public static string? CalendarUnit(string word)
    {
        var singular = word.EndsWith('s') ? word[..^1] : word;
        return CalendarWords.Contains(singular) ? singular : null;
    }

    /// <summary>A quantity of a unit as quoted in a literal: <c>10 'mg'</c>; a quoted calendar word counts as the word.</summary>
    public static Quantity Of(decimal value, string unit) => OfQuoted(value, unit);

    /// <inheritdoc cref="Of"/>
    internal static Quantity OfQuoted(object number, string unit) =>
        CalendarUnit(unit) is { } calendar ? OfNumber(number, calendar, isCalendar: true) : OfNumber(number, unit);

    /// <summary>A quantity of any of FHIRPath's numbers.</summary>
    internal static Quantity OfNumber(object number, string unit, bool isCalendar = false) => number is WideNumber wide
        ? new Quantity(wide.Nearest(), unit, isCalendar) { Exact = wide }
        : new Quantity(Numbers.ToDecimal(number)!.Value, unit, isCalendar);

    internal Quantity Negate() => this with { Value = -Value, Exact = Exact?.Negate() };

    internal Quantity Abs() => Value < 0 ? Negate() : this;

    /// <summary>The number, exactly.</summary>
    internal WideNumber Wide() => Exact ?? WideNumber.Of(Value);

    /// <summary>As a literal: <c>10.1 'mg'</c>, <c>4 days</c>.</summary>
    public override string ToString()
    {
        return IsCalendar ? $"{Number} {Unit}{(Value is 1 or -1 ? "" : "s")}" : $"{Number} '{Unit}'";
    }
}
