namespace FhirGateway.FhirPath.Values;

/// <summary>Adds calendar durations and definite UCUM durations up to a week to dates and times (FHIRPath §6.6.7).</summary>
internal static class TemporalArithmetic
{
    /// <summary>
    /// The date or time later (or, with a negative <paramref name="amount"/>, earlier). Null when it leaves the range of years 1 to 9999.
    /// The unit is a calendar word in the singular.
    /// </summary>
    public static Temporal? Add(Temporal value, decimal amount, string unit)
    {
        // The decimals of an amount are ignored, even those of seconds: the official suite has it so.
        amount = decimal.Truncate(amount);
        if (Math.Abs(amount) > 1_000_000_000_000_000m) return null;
        var whole = (long)amount;
        if (whole == 0) return value;
        // From second 60 on it goes as from 59: the next second is that of the next minute.
        value = value with { IsLeapSecond = false };
        try
        {
            return value.Kind == TemporalKind.Time ? AddToTime(value, whole, unit) : AddToDate(value, whole, unit);
        }
        catch (ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    // A partial date moves by whole parts of its own precision: 24 months after 2014 is 2016.
    private static Temporal AddToDate(Temporal value, long amount, string unit)
    {
        if (unit is "year" or "month")
        {
            var months = unit == "year" ? checked(amount * 12) : amount;
            if (value.Precision == TemporalPrecision.Year) months -= months % 12;
            return value with { Clock = value.Clock.AddMonths((int)Math.Clamp(months, -200_000, 200_000)) };
        }

        var duration = Definite(amount, unit);
        return value.Precision switch
        {
            TemporalPrecision.Year => value with { Clock = value.Clock.AddYears((int)(duration.Days / 365)) },
            TemporalPrecision.Month => value with { Clock = value.Clock.AddMonths((int)(duration.Days / 30)) },
            TemporalPrecision.Day => value with { Clock = value.Clock.AddDays(duration.Days) },
            TemporalPrecision.Hour => value with { Clock = value.Clock.AddHours((long)duration.TotalHours) },
            TemporalPrecision.Minute => value with { Clock = value.Clock.AddMinutes((long)duration.TotalMinutes) },
            _ => AddExactly(value, duration),
        };
    }

    private static Temporal AddToTime(Temporal value, long amount, string unit)
    {
        var ticks = (value.Clock.TimeOfDay + Definite(amount, unit)).Ticks % TimeSpan.TicksPerDay;
        if (ticks < 0) ticks += TimeSpan.TicksPerDay;
        return AddExactly(value with { Clock = DateTime.MinValue }, new TimeSpan(ticks));
    }

    private static Temporal AddExactly(Temporal value, TimeSpan duration)
    {
        var moved = value with { Clock = value.Clock + duration };
        var needsFraction = moved.Clock.Ticks % TimeSpan.TicksPerSecond != 0 && value.Precision == TemporalPrecision.Second;
        return needsFraction ? moved with { Precision = TemporalPrecision.Fraction, FractionDigits = 3 } : moved;
    }

    private static TimeSpan Definite(long amount, string unit)
    {
        var ticks = unit switch
        {
            "week" => TimeSpan.TicksPerDay * 7,
            "day" => TimeSpan.TicksPerDay,
            "hour" => TimeSpan.TicksPerHour,
            "minute" => TimeSpan.TicksPerMinute,
            "second" => TimeSpan.TicksPerSecond,
            "millisecond" => TimeSpan.TicksPerMillisecond,
            _ => throw new ArgumentOutOfRangeException(nameof(unit)),
        };
        var product = (Int128)amount * ticks;
        if (product > long.MaxValue || product < long.MinValue) throw new ArgumentOutOfRangeException(nameof(amount));
        return new TimeSpan((long)product);
    }
}
