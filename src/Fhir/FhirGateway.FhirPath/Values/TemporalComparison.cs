namespace FhirGateway.FhirPath.Values;

/// <summary>Compares dates and times part by part, and says "unknown" where precision or a missing zone leaves the order open.</summary>
internal static class TemporalComparison
{
    /// <summary>
    /// Below, at or above 0; null when what is stated does not tell. Date and DateTime compare with each other; Time only with Time.
    /// </summary>
    public static int? Compare(Temporal left, Temporal right)
    {
        if (left.HasTime && right.HasTime && left.Kind != TemporalKind.Time)
        {
            if (left.OffsetMinutes is null != right.OffsetMinutes is null) return CompareAcrossUnknownZone(left, right);
            left = left.ToUtc();
            right = right.ToUtc();
        }

        var first = left.Kind == TemporalKind.Time ? TemporalPrecision.Hour : TemporalPrecision.Year;
        for (var part = first; part <= TemporalPrecision.Second; part++)
        {
            if (left.Precision < part || right.Precision < part) return left.Precision < part && right.Precision < part ? 0 : null;
            var order = Part(left, part).CompareTo(Part(right, part));
            if (order != 0) return order;
        }

        return 0;
    }

    // The one without a zone may lie anywhere from +14:00 to -12:00; only what holds in all of them is known.
    private static int? CompareAcrossUnknownZone(Temporal left, Temporal right)
    {
        var (leftStart, leftEnd) = Span(left);
        var (rightStart, rightEnd) = Span(right);
        if (leftEnd < rightStart) return -1;
        if (leftStart > rightEnd) return 1;
        return null;
    }

    private static (long Start, long End) Span(Temporal value)
    {
        var start = value.Clock.Ticks + Leap(value);
        var end = start + value.Precision switch
        {
            TemporalPrecision.Hour => TimeSpan.TicksPerHour - 1,
            TemporalPrecision.Minute => TimeSpan.TicksPerMinute - 1,
            _ => 0,
        };
        var (most, least) = value.OffsetMinutes is { } offset ? (offset, offset) : (Temporal.MaxOffsetMinutes, Temporal.MinOffsetMinutes);
        return (start - (most * TimeSpan.TicksPerMinute), end - (least * TimeSpan.TicksPerMinute));
    }

    // Seconds and their fraction are one part: 10:30:00 and 10:30:00.0 are equal (FHIRPath §6.1).
    private static long Part(Temporal value, TemporalPrecision part) => part switch
    {
        TemporalPrecision.Year => value.Clock.Year,
        TemporalPrecision.Month => value.Clock.Month,
        TemporalPrecision.Day => value.Clock.Day,
        TemporalPrecision.Hour => value.Clock.Hour,
        TemporalPrecision.Minute => value.Clock.Minute,
        _ => (value.Clock.Ticks % TimeSpan.TicksPerMinute) + Leap(value),
    };

    private static long Leap(Temporal value) => value.IsLeapSecond ? TimeSpan.TicksPerSecond : 0;
}
