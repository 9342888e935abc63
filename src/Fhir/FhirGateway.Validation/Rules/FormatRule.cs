using System.Text.Json;
using FhirGateway.Json;
using FhirGateway.Validation.Findings;
using FhirGateway.Validation.Formats;
using FhirGateway.Validation.Instances;

namespace FhirGateway.Validation.Rules;

/// <summary>
/// What a primitive's value must look like (http://hl7.org/fhir/R4/datatypes.html#primitive). Written out, not as regular
/// expressions: these run for every value, and on hostile text.
/// </summary>
/// <param name="type">Name of a primitive type other than xhtml, which has rules of its own.</param>
internal sealed class FormatRule(string type) : Rule
{
    // R4, datatypes: string.
    private const int MaxLength = 1024 * 1024;

    public override string Describe() => type switch
    {
        "boolean" => "is true or false",
        "integer" or "positiveInt" or "unsignedInt" => $"is a whole number in the range of {type}",
        "decimal" => "is a number",
        _ => $"is a string in the format of {type}, of at most {MaxLength} characters",
    };

    /// <summary>Whether the value is a text so long that nothing but its length is judged.</summary>
    public static bool IsTooLong(Focus focus) => focus.Type is not ("xhtml" or "base64Binary") && focus.Json.IsTooLong();

    /// <summary>What is said of such a text.</summary>
    public static Finding TooLong() => FormatFindings.TooLong(MaxLength);

    public override void Check(Focus focus, string demandedBy, RuleRun run)
    {
        if (focus.Json.ValueKind != JsonValueKind.Undefined && Problem(focus) is { } problem) run.Report(problem, focus, demandedBy);
    }

    private Finding? Problem(Focus focus) => type switch
    {
        "boolean" => focus.Json.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? null
            : Kind(focus, "true or false, without quotes"),
        "integer" or "positiveInt" or "unsignedInt" => IsNumber(focus)
            ? NumberFormats.Integer(focus.Json, type)
            : Kind(focus, "a whole number, without quotes"),
        "decimal" => IsNumber(focus) ? NumberFormats.Decimal(focus.Json) : Kind(focus, "a number, without quotes"),
        _ => focus.Json.ValueKind == JsonValueKind.String ? Text(focus) : Kind(focus, "a string"),
    };

    private static bool IsNumber(Focus focus) => focus.Json.ValueKind == JsonValueKind.Number;

    private Finding Kind(Focus focus, string wanted) => FormatFindings.WrongKind(type, wanted, Words.For(focus.Json.ValueKind));

    private Finding? Text(Focus focus)
    {
        var text = focus.Json.GetString()!;
        if (text.Length == 0) return FormatFindings.Empty();
        if (text.Length > MaxLength && type != "base64Binary" && CodePoints.Count(text) > MaxLength)
        {
            return FormatFindings.TooLong(MaxLength);
        }

        return type switch
        {
            "string" when focus is { Name: "id", Parent.IsResource: true } => IdentifierFormats.Id(text),
            "id" => IdentifierFormats.Id(text),
            "string" or "markdown" => String(text),
            "code" => IdentifierFormats.Code(text),
            "uri" or "url" or "canonical" => UriFormats.Check(text, type),
            "oid" => IdentifierFormats.Oid(text),
            "uuid" => IdentifierFormats.Uuid(text),
            "date" or "dateTime" or "instant" or "time" => DateFormats.Check(text, type),
            "base64Binary" => IdentifierFormats.Base64(text),
            _ => null,
        };
    }

    private static Finding? String(string text)
    {
        foreach (var character in text)
        {
            if (character < ' ' && character is not ('\t' or '\n' or '\r')) return FormatFindings.ControlCharacter(character);
        }

        return string.IsNullOrWhiteSpace(text) ? FormatFindings.OnlyWhiteSpace() : null;
    }
}
