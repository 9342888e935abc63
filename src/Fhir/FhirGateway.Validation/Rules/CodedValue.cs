using System.Text.Json;
using FhirGateway.Json;
using FhirGateway.Validation.Findings;
using FhirGateway.Validation.Terminology;

namespace FhirGateway.Validation.Rules;

/// <summary>Where the code is in the types that can be bound: code, Coding, CodeableConcept, Quantity, string, uri.</summary>
internal static class CodedValue
{
    public static bool IsCoded(string type) =>
        type is "code" or "Coding" or "CodeableConcept" or "CodeableReference"
            or "string" or "uri" or "url" or "canonical" or "id" or "markdown"
        || IsQuantity(type);

    public static bool IsUncodedQuantity(JsonElement json, string type) => IsQuantity(type) && json.Text("code") is null;

    private static bool IsQuantity(string type) =>
        type is "Quantity" or "Age" or "Count" or "Distance" or "Duration" or "SimpleQuantity" or "MoneyQuantity";

    public static bool IsTextOnly(JsonElement json, string type) =>
        type == "CodeableConcept" && json.Member("coding") is null or { ValueKind: not JsonValueKind.Array };

    /// <summary>Whether it is a plain code, or a coding that names its system.</summary>
    public static bool HasSystem(JsonElement json, string type) => type switch
    {
        "CodeableConcept" => json.Items("coding").Any(coding => coding.Text("system") is not null),
        "Coding" => json.Text("system") is not null,
        _ => true,
    };

    public static CodeAnswer Ask(JsonElement json, string type, string valueSet, CodeQuestions terminology)
    {
        switch (type)
        {
            case "CodeableConcept":
                CodeAnswer? unknown = null;
                var any = false;
                foreach (var coding in json.Items("coding"))
                {
                    var answer = AskCoding(coding, valueSet, terminology);
                    if (answer.Membership == Membership.Yes) return answer;
                    if (answer.Membership == Membership.Unknown) unknown ??= answer;
                    any |= coding.Text("code") is not null;
                }

                return unknown ?? CodeAnswer.No(any ? "none of its codings is in it" : "it has no code");
            case "Coding":
                return AskCoding(json, valueSet, terminology);
            case "code" or "string" or "uri" or "url" or "canonical" or "id" or "markdown":
                return json.ValueKind == JsonValueKind.String
                    ? terminology.CheckValueSet(valueSet, null, json.GetString()!)
                    : CodeAnswer.No("it is not a string");
            default:
                return AskCoding(json, valueSet, terminology);
        }
    }

    public static string Shown(JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.String) return $"'{Words.Shown(json.GetString())}'";
        var codings = json.Member("coding") is { ValueKind: JsonValueKind.Array } items
            ? items.EnumerateArray().Select(Code).ToList()
            : [Code(json)];
        return codings.Count == 0 ? "A text without code" : Words.Shown(string.Join(", ", codings));
    }

    private static string Code(JsonElement coding) =>
        coding.Text("code") is { } code ? $"{coding.Text("system")}#{code}" : "a value without code";

    private static CodeAnswer AskCoding(JsonElement coding, string valueSet, CodeQuestions terminology)
    {
        if (coding.Text("code") is not { } code) return CodeAnswer.No("it has no code");
        return coding.Text("system") is { } system ? terminology.CheckValueSet(valueSet, system, code) : CodeAnswer.No("it has no system");
    }
}
