using System.Globalization;
using System.Text.Json;
using FhirGateway.Validation.Walking;

namespace FhirGateway.Validation.Primitives;

/// <summary>integer, positiveInt, unsignedInt and decimal.</summary>
internal static class NumberFormats
{
    private const int MaxDigits = 200;

    public static string? Integer(JsonElement json, string type)
    {
        var raw = json.GetRawText();
        if (raw.AsSpan().IndexOfAny('.', 'e', 'E') >= 0) return $"{Words.Shown(raw)} is no whole number.";
        if (!int.TryParse(raw, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)) return $"{Words.Shown(raw)} is out of range: at most {int.MaxValue} either side of 0.";
        return type switch
        {
            "positiveInt" when number < 1 => $"{number} is not allowed: a positiveInt is at least 1.",
            "unsignedInt" when number < 0 => $"{number} is not allowed: an unsignedInt is at least 0.",
            _ => null,
        };
    }

    /// <summary>Whether a number is so great that nobody computes with it: past some 10²⁸ either side of 0.</summary>
    public static bool IsPastComputing(JsonElement json) =>
        json.ValueKind == JsonValueKind.Number && !decimal.TryParse(json.GetRawText(), NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    public static string? Decimal(JsonElement json)
    {
        var raw = json.GetRawText();
        // More than any measure has; past this, readers that keep the digits choke.
        return raw.Length > MaxDigits ? $"The number has {raw.Length} characters: give it at most {MaxDigits}." : null;
    }
}
