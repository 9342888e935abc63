using FhirGateway.FhirPath.Nodes;
using FhirGateway.FhirPath.Values;

namespace FhirGateway.FhirPath.Functions;

/// <summary>
/// lowBoundary, highBoundary, precision (FHIRPath 2.1 §5.7; the examples there and the official suite decide the details).
/// </summary>
internal static class BoundaryFunctions
{
    private const int DefaultDecimalPlaces = 8;
    private const int MaxDecimalPlaces = 28;

    private static readonly TimeSpan LastOfDay = TimeSpan.FromDays(1) - TimeSpan.FromMilliseconds(1);

    public static readonly Function[] All =
    [
        new("lowBoundary", 0, 1, (in Call call) => Boundary(call, high: false)),
        new("highBoundary", 0, 1, (in Call call) => Boundary(call, high: true)),
        new("precision", 0, 0, (in Call call) => call.SingleValue() switch
        {
            decimal number => Collection.Of(Decimals.Places(number)),
            int or long => Collection.Of(0),
            WideNumber number => Collection.Of(number.Places),
            Temporal value => Collection.Of(Digits(value)),
            Quantity quantity => Collection.Of(Decimals.Places(quantity.Value)),
            _ => Collection.Empty,
        }),
    ];

    private static Collection Boundary(in Call call, bool high)
    {
        var digits = call.ArgumentCount == 1 ? call.IntegerArgument(0) : null;
        object? bound = call.SingleValue() switch
        {
            int number => OfNumber(number, digits, high),
            long number => OfNumber(number, digits, high),
            decimal number => OfNumber(number, digits, high),
            WideNumber => null,
            Quantity { Exact: null } quantity => OfNumber(quantity.Value, digits, high) is { } value
                ? quantity with { Value = value }
                : null,
            Quantity => null,
            Temporal value => OfTemporal(value, digits, high),
            null => null,
            var value => throw call.Error($"A {value.GetType().Name} has no boundaries"),
        };
        return bound is null ? Collection.Empty : Collection.Of(ValueNode.OfValue(bound));
    }

    // 1.587 stands for all from 1.5865 to 1.5875. Where fewer digits are asked for than that takes, the suite rounds the bound that is
    // farther from zero to the nearest, and cuts the nearer one off.
    private static decimal? OfNumber(decimal value, int? digits, bool high)
    {
        var places = digits ?? DefaultDecimalPlaces;
        if (places is < 0 or > MaxDecimalPlaces) return null;
        try
        {
            var half = 0.5m / Power(value.Scale);
            var bound = high ? value + half : value - half;
            var outward = high == value >= 0;
            var rounded = Math.Round(bound, places, outward ? MidpointRounding.AwayFromZero : MidpointRounding.ToZero);
            return WithPlaces(rounded, places);
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    private static Temporal? OfTemporal(Temporal value, int? digits, bool high)
    {
        var target = Precision(value.Kind, digits);
        if (target is not { } precision) return null;
        var clock = value.Clock;
        if (high)
        {
            // FHIR never writes an hour without minutes, so 08 is read as 08:00, as the suite does.
            // The last millisecond of the part, built up from below: a part after the last would be beyond the year 9999.
            clock = value.Precision switch
            {
                TemporalPrecision.Year => clock.AddMonths(11).AddDays(30).Add(LastOfDay),
                TemporalPrecision.Month => clock.AddDays(DateTime.DaysInMonth(clock.Year, clock.Month) - 1).Add(LastOfDay),
                TemporalPrecision.Day => clock.Add(LastOfDay),
                TemporalPrecision.Hour or TemporalPrecision.Minute => clock.AddMilliseconds(59_999),
                TemporalPrecision.Second => clock.AddMilliseconds(999),
                _ => clock,
            };
        }

        var isLeap = value.IsLeapSecond && precision >= TemporalPrecision.Second;
        var fractionDigits = precision == TemporalPrecision.Fraction ? 3 : 0;
        if (precision < TemporalPrecision.Hour || value.Kind == TemporalKind.Time)
        {
            return new Temporal(value.Kind, precision, clock, fractionDigits) { IsLeapSecond = isLeap };
        }

        // A zone that is not stated may be any: the earliest instant is in the easternmost, the latest in the westernmost.
        var offset = value.OffsetMinutes ?? (high ? Temporal.MinOffsetMinutes : Temporal.MaxOffsetMinutes);
        return new Temporal(TemporalKind.DateTime, precision, clock, fractionDigits, offset) { IsLeapSecond = isLeap };
    }

    // Precision is counted in digits: 4 for a year, 8 for a day, 17 for a millisecond; of a time, 9 for a millisecond.
    private static TemporalPrecision? Precision(TemporalKind kind, int? digits) => (kind, digits) switch
    {
        (TemporalKind.Date, null) => TemporalPrecision.Day,
        (_, null) => TemporalPrecision.Fraction,
        (TemporalKind.Time, 2) => TemporalPrecision.Hour,
        (TemporalKind.Time, 4) => TemporalPrecision.Minute,
        (TemporalKind.Time, 6) => TemporalPrecision.Second,
        (TemporalKind.Time, 9) => TemporalPrecision.Fraction,
        (TemporalKind.Time, _) => null,
        (_, 4) => TemporalPrecision.Year,
        (_, 6) => TemporalPrecision.Month,
        (_, 8) => TemporalPrecision.Day,
        (TemporalKind.Date, _) => null,
        (_, 10) => TemporalPrecision.Hour,
        (_, 12) => TemporalPrecision.Minute,
        (_, 14) => TemporalPrecision.Second,
        (_, 17) => TemporalPrecision.Fraction,
        _ => null,
    };

    private static int Digits(Temporal value)
    {
        var digits = value.Precision switch
        {
            TemporalPrecision.Year => 4,
            TemporalPrecision.Month => 6,
            TemporalPrecision.Day => 8,
            TemporalPrecision.Hour => 10,
            TemporalPrecision.Minute => 12,
            TemporalPrecision.Second => 14,
            _ => 14 + value.FractionDigits,
        };
        return value.Kind == TemporalKind.Time ? digits - 8 : digits;
    }

    private static decimal Power(int exponent) => Ucum.UcumScale.PowerOfTen(exponent);

    // Adding a zero of that many places gives the number its trailing zeros: 1.5865 becomes 1.58650000.
    private static decimal WithPlaces(decimal value, int places) => value + new decimal(0, 0, 0, isNegative: false, (byte)places);
}
