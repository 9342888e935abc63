using System.Text.Json;
using FhirGateway.FhirPath.Values;

namespace FhirGateway.FhirPath.Nodes;

/// <summary>Reads the JSON of a FHIR primitive as the System value that FHIRPath sees.</summary>
internal static class PrimitiveValue
{
    /// <summary>
    /// Null when there is no value, or a text that is not valid Unicode. What does not fit its type (an invalid date) stays a string:
    /// judging it is the validator's part.
    /// </summary>
    public static object? Read(JsonElement json, string type) => json.ValueKind switch
    {
        JsonValueKind.String => JsonText.Read(json) is { } text ? FromText(text, type) : null,
        JsonValueKind.Number => FromNumber(json, type),
        JsonValueKind.True => Booleans.True,
        JsonValueKind.False => Booleans.False,
        _ => null,
    };

    private static object FromText(string text, string type) => type switch
    {
        "date" => TemporalParser.Date(text) ?? (object)text,
        "dateTime" or "instant" => TemporalParser.DateTime(text) ?? (object)text,
        "time" => TemporalParser.Time(text) ?? (object)text,
        _ => text,
    };

    private static object FromNumber(JsonElement json, string type)
    {
        if (type != "decimal" && json.TryGetInt32(out var integer)) return integer;
        var text = json.GetRawText();
        return WideNumber.Parse(text) ?? text;
    }
}

/// <summary>The two booleans, boxed once.</summary>
internal static class Booleans
{
    public static readonly object True = true;
    public static readonly object False = false;
}
