using System.Globalization;
using System.Text.RegularExpressions;
using FhirGateway.FhirPath.Nodes;
using FhirGateway.FhirPath.Tree;
using FhirGateway.FhirPath.Ucum;
using FhirGateway.FhirPath.Values;

namespace FhirGateway.FhirPath.Functions;

/// <summary>toX() and convertsToX() (FHIRPath N1 §5.5).</summary>
internal static partial class ConversionFunctions
{
    // No amount and unit need more; the pattern takes the square of a long text's blanks.
    private const int MaxQuantityText = 500;

    public static readonly Function[] All =
    [
        .. Pair("Boolean", ToBoolean),
        .. Pair("Integer", ToInteger),
        .. Pair("Long", ToLong),
        .. Pair("Decimal", ToDecimal),
        .. Pair("String", SystemValues.Text),
        .. Pair("Date", value => value switch
        {
            Temporal { Kind: TemporalKind.Date } => value,
            Temporal { Kind: TemporalKind.DateTime } moment => DateOf(moment),
            string text => TemporalParser.Date(text) ?? (TemporalParser.DateTime(text) is { } moment ? DateOf(moment) : null),
            _ => null,
        }),
        .. Pair("DateTime", value => value switch
        {
            Temporal { Kind: TemporalKind.DateTime } => value,
            Temporal { Kind: TemporalKind.Date } date => date with { Kind = TemporalKind.DateTime },
            string text => TemporalParser.DateTime(text),
            _ => null,
        }),
        .. Pair("Time", value => value switch
        {
            Temporal { Kind: TemporalKind.Time } => value,
            string text => TemporalParser.Time(text),
            _ => null,
        }),
        new(
            "toQuantity", 0, 1,
            (in Call call) => Convert(call, ToQuantity) is { } quantity
                ? Collection.Of(ValueNode.Of((Quantity)quantity))
                : Collection.Empty),
        new(
            "convertsToQuantity", 0, 1,
            (in Call call) => call.Input.IsEmpty ? Collection.Empty : Collection.Of(Convert(call, ToQuantity) is not null)),
    ];

    private static IEnumerable<Function> Pair(string type, Func<object, object?> conversion) =>
    [
        new(
            "to" + type, 0, 0,
            (in Call call) => Convert(call, conversion) is { } value ? Collection.Of(ValueNode.OfValue(value)) : Collection.Empty),
        new(
            "convertsTo" + type, 0, 0,
            (in Call call) => call.Input.IsEmpty ? Collection.Empty : Collection.Of(Convert(call, conversion) is not null)),
    ];

    private static object? Convert(in Call call, Func<object, object?> conversion)
    {
        if (call.SingleValue() is not { } value) return null;
        var converted = conversion(value);
        if (converted is not Quantity quantity || call.ArgumentCount == 0 || call.TextArgument(0) is not { } unit) return converted;
        return InUnit(quantity, Quantity.Of(0, unit));
    }

    private static Quantity? InUnit(Quantity quantity, Quantity wanted)
    {
        if (quantity.Unit == wanted.Unit && quantity.IsCalendar == wanted.IsCalendar) return quantity;
        return QuantityMath.Convert(quantity, wanted) is { } value ? wanted with { Value = value } : null;
    }

    private static object? ToBoolean(object value) => value switch
    {
        bool => value,
        int number => number is 0 or 1 ? number == 1 : null,
        long number => number is 0 or 1 ? number == 1 : null,
        decimal number => number is 0 or 1 ? number == 1 : null,
        string text => text.ToLowerInvariant() switch
        {
            "true" or "t" or "yes" or "y" or "1" or "1.0" => true,
            "false" or "f" or "no" or "n" or "0" or "0.0" => false,
            _ => null,
        },
        _ => null,
    };

    private static object? ToInteger(object value) => value switch
    {
        int => value,
        long number => number is >= int.MinValue and <= int.MaxValue ? (int)number : null,
        bool flag => flag ? 1 : 0,
        string text => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null,
        _ => null,
    };

    private static object? ToLong(object value) => value switch
    {
        long => value,
        int number => (long)number,
        bool flag => flag ? 1L : 0L,
        string text => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null,
        _ => null,
    };

    private static object? ToDecimal(object value) => value switch
    {
        decimal or WideNumber => value,
        int or long => Numbers.ToDecimal(value),
        bool flag => flag ? 1.0m : 0.0m,
        string text => IsDecimal(text) ? WideNumber.Parse(text) : null,
        _ => null,
    };

    // (\+|-)?\d+(\.\d+)?: without an exponent, and with digits on both sides of the point.
    private static bool IsDecimal(ReadOnlySpan<char> text)
    {
        if (text is ['+' or '-', ..]) text = text[1..];
        var point = text.IndexOf('.');
        return point < 0 ? AreDigits(text) : AreDigits(text[..point]) && AreDigits(text[(point + 1)..]);
    }

    private static bool AreDigits(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAnyExceptInRange('0', '9');

    private static object? ToQuantity(object value) => value switch
    {
        Quantity => value,
        int or long or decimal or WideNumber => Quantity.OfNumber(value, "1"),
        bool flag => new Quantity(flag ? 1.0m : 0.0m, "1"),
        string text => ParseQuantity(text),
        _ => null,
    };

    /// <summary><c>10.1 'mg'</c>, <c>4 days</c>, <c>7</c>; a UCUM unit needs its quotes.</summary>
    private static Quantity? ParseQuantity(string text)
    {
        if (text.Length > MaxQuantityText) return null;
        var match = QuantityText().Match(text);
        if (!match.Success || WideNumber.Parse(match.Groups["value"].ValueSpan) is not { } value) return null;
        if (match.Groups["unit"].Success) return Quantity.OfQuoted(value, match.Groups["unit"].Value);
        if (!match.Groups["word"].Success) return Quantity.OfNumber(value, "1");
        return Quantity.CalendarUnit(match.Groups["word"].Value) is { } calendar
            ? Quantity.OfNumber(value, calendar, isCalendar: true)
            : null;
    }

    private static Temporal DateOf(Temporal moment) =>
        new(TemporalKind.Date, (TemporalPrecision)Math.Min((int)moment.Precision, (int)TemporalPrecision.Day), moment.Clock.Date);

    [GeneratedRegex(
        @"^\s*(?<value>[+-]?\d+(\.\d+)?)\s*(?:'(?<unit>[^']+)'|(?<word>[a-zA-Z]+))?\s*$", RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 250)]
    private static partial Regex QuantityText();
}
