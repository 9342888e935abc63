using System.Globalization;
using System.Text.Json;
using FhirGateway.Validation.Findings;

namespace FhirGateway.Validation.Formats;

/// <summary>integer, positiveInt, unsignedInt and decimal.</summary>
internal static class NumberFormats
{
    private const int MaxDigits = 200;

    public static Finding? Integer(JsonElement json, string type)
    {
        var raw = json.GetRawText();
        if (raw.AsSpan().IndexOfAny('.', 'e', 'E') >= 0) return FormatFindings.NotWhole(raw);
        if (!int.TryParse(raw, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            return FormatFindings.IntegerOutOfRange(raw);
        }

        return type switch
        {
            "positiveInt" when number < 1 => FormatFindings.BelowLeast(number, type, 1),
            "unsignedInt" when number < 0 => FormatFindings.BelowLeast(number, type, 0),
            _ => null,
        };
    }

    /// <summary>Whether a number is so great that nobody computes with it: past some 10²⁸ either side of 0.</summary>
    private static bool IsPastComputing(JsonElement json) =>
        json.ValueKind == JsonValueKind.Number
            && !decimal.TryParse(json.GetRawText(), NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    public static Finding? Decimal(JsonElement json)
    {
        var raw = json.GetRawText();
        // More than any measure has; past this, readers that keep the digits choke.
        if (raw.Length > MaxDigits) return FormatFindings.NumberTooLong(raw.Length, MaxDigits);
        return IsPastComputing(json) ? FormatFindings.TooGreatToCompute() : null;
    }
}
