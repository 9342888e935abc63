using System.Globalization;

namespace FhirGateway.FhirPath.Values;

/// <summary>
/// A FHIRPath Date, DateTime or Time: what was stated and no more. <c>2014-01</c> has no day, and a time without a zone has none.
/// </summary>
/// <param name="Kind">Which of the three types it is.</param>
/// <param name="Precision">The finest part stated; finer parts of <paramref name="Clock"/> are at their start.</param>
/// <param name="Clock">The parts as stated, in the stated zone; of a Time, on 0001-01-01.</param>
/// <param name="FractionDigits">How many digits of a second were stated; 0 without a fraction.</param>
/// <param name="OffsetMinutes">Minutes east of UTC; null when no zone was stated.</param>
public sealed record Temporal(
    TemporalKind Kind, TemporalPrecision Precision, DateTime Clock, int FractionDigits = 0, int? OffsetMinutes = null)
{
    /// <summary>Whether second 60 was stated. <see cref="Clock"/> has no such second, and is in second 59.</summary>
    public bool IsLeapSecond { get; init; }

    /// <summary>What a zone can be at the most: +14:00 (Kiribati) and -12:00 (Baker Island).</summary>
    public const int MaxOffsetMinutes = 14 * 60;

    /// <inheritdoc cref="MaxOffsetMinutes"/>
    public const int MinOffsetMinutes = -12 * 60;

    public bool HasTime => Precision >= TemporalPrecision.Hour;

    /// <summary>As FHIR writes it, with the precision stated: <c>2014-01</c>, <c>2014-01-25T14:30:14.559+10:00</c>, <c>14:30</c>.</summary>
    public override string ToString()
    {
        var format = Kind == TemporalKind.Time ? "" : Precision switch
        {
            TemporalPrecision.Year => "yyyy",
            TemporalPrecision.Month => "yyyy-MM",
            _ => "yyyy-MM-dd",
        };
        if (HasTime)
        {
            format += (Kind == TemporalKind.Time ? "" : "'T'") + Precision switch
            {
                TemporalPrecision.Hour => "HH",
                TemporalPrecision.Minute => "HH:mm",
                TemporalPrecision.Second => "HH:mm:" + Seconds,
                _ => "HH:mm:" + Seconds + "." + new string('f', FractionDigits),
            };
        }

        return Clock.ToString(format, CultureInfo.InvariantCulture) + Zone();
    }

    /// <summary>The same instant with its clock at UTC; itself when it states no zone.</summary>
    public Temporal ToUtc() =>
        OffsetMinutes is { } offset && offset != 0 && InRange(Clock, -offset)
            ? this with { Clock = Clock.AddMinutes(-offset), OffsetMinutes = 0 }
            : this;

    private string Seconds => IsLeapSecond ? "'60'" : "ss";

    private string Zone() => OffsetMinutes switch
    {
        null => "",
        0 => "Z",
        { } offset =>
            string.Create(CultureInfo.InvariantCulture, $"{(offset < 0 ? '-' : '+')}{Math.Abs(offset) / 60:00}:{Math.Abs(offset) % 60:00}"),
    };

    internal static bool InRange(DateTime clock, int minutes) =>
        minutes < 0
            ? clock.Ticks >= -minutes * TimeSpan.TicksPerMinute
            : clock.Ticks <= DateTime.MaxValue.Ticks - (minutes * TimeSpan.TicksPerMinute);
}
