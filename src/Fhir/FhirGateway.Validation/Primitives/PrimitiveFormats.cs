using System.Text.Json;
using FhirGateway.Json;
using FhirGateway.Validation.Walking;

namespace FhirGateway.Validation.Primitives;

/// <summary>What a primitive's value must look like (http://hl7.org/fhir/R4/datatypes.html#primitive). Written out, not as regular expressions: these run for every value, and on hostile text.</summary>
internal static class PrimitiveFormats
{
    // R4, datatypes: string.
    private const int MaxLength = 1024 * 1024;

    public static void Check(Focus focus, ValidationRun run)
    {
        if (focus.Type == "xhtml") return;
        if (Problem(focus) is { } problem) run.Error("value", problem, focus, focus.Shape, "format");
        else if (focus.Type == "decimal" && NumberFormats.IsPastComputing(focus.Json)) run.Report(IssueSeverity.Warning, "value", "The number is greater than readers can compute with: they may refuse it, or cut it short.", focus, focus.Shape, "format");
    }

    /// <summary>What is wrong with a value, in words; null when nothing is.</summary>
    private static string? Problem(Focus focus) => focus.Type switch
    {
        "boolean" => focus.Json.ValueKind is JsonValueKind.True or JsonValueKind.False ? null : Kind(focus, "true or false, without quotes"),
        "integer" or "positiveInt" or "unsignedInt" => Number(focus),
        "decimal" => focus.Json.ValueKind == JsonValueKind.Number ? NumberFormats.Decimal(focus.Json) : Kind(focus, "a number, without quotes"),
        _ => focus.Json.ValueKind == JsonValueKind.String ? Text(focus) : Kind(focus, "a string"),
    };

    private static string? Number(Focus focus) =>
        focus.Json.ValueKind == JsonValueKind.Number ? NumberFormats.Integer(focus.Json, focus.Type) : Kind(focus, "a whole number, without quotes");

    private static string Kind(Focus focus, string wanted) => $"A {focus.Type} must be {wanted}, not {Words.For(focus.Json.ValueKind)}.";

    /// <summary>Whether the value is a text so long that nothing but its length is judged.</summary>
    public static bool IsTooLong(Focus focus) => focus.Type is not ("xhtml" or "base64Binary") && focus.Json.IsTooLong();

    private static string? Text(Focus focus)
    {
        if (IsTooLong(focus)) return $"The text is longer than the {MaxLength} characters that FHIR allows.";
        var text = focus.Json.GetString()!;
        if (text.Length == 0) return "The text is empty: leave the element out.";
        if (text.Length > MaxLength && focus.Type != "base64Binary") return $"The text is {text.Length} characters long, but at most {MaxLength} are allowed.";
        return focus.Type switch
        {
            "string" when focus is { Name: "id", Parent.IsResource: true } => IdentifierFormats.Id(text),
            "id" => IdentifierFormats.Id(text),
            "string" or "markdown" => String(text, focus.Type),
            "code" => IdentifierFormats.Code(text),
            "uri" or "url" or "canonical" => UriFormats.Check(text, focus.Type),
            "oid" => IdentifierFormats.Oid(text),
            "uuid" => IdentifierFormats.Uuid(text),
            "date" or "dateTime" or "instant" or "time" => DateFormats.Check(text, focus.Type),
            "base64Binary" => IdentifierFormats.Base64(text),
            _ => null,
        };
    }

    private static string? String(string text, string type)
    {
        if (type == "string" && string.IsNullOrWhiteSpace(text)) return "The text is only white space: leave the element out.";
        foreach (var character in text)
        {
            if (character < ' ' && character is not ('\t' or '\n' or '\r')) return $"The text holds the control character U+{(int)character:X4}: remove it.";
        }

        return null;
    }
}
