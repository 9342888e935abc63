using System.Text.Json;

namespace FhirGateway.Validation.Rules;

/// <summary>
/// How fixed values and patterns compare (http://hl7.org/fhir/R4/elementdefinition-definitions.html#ElementDefinition.pattern_x_).
/// </summary>
internal static class JsonMatching
{
    /// <summary>Whether the value has everything the pattern has; it may have more.</summary>
    public static bool Fits(JsonElement value, JsonElement pattern)
    {
        switch (pattern.ValueKind)
        {
            case JsonValueKind.Object:
                if (value.ValueKind != JsonValueKind.Object) return false;
                foreach (var member in pattern.EnumerateObject())
                {
                    if (!value.TryGetProperty(member.Name, out var actual) || !Fits(actual, member.Value)) return false;
                }

                return true;
            case JsonValueKind.Array:
                if (value.ValueKind != JsonValueKind.Array) return false;
                foreach (var item in pattern.EnumerateArray())
                {
                    if (!value.EnumerateArray().Any(actual => Fits(actual, item))) return false;
                }

                return true;
            default:
                return JsonElement.DeepEquals(value, pattern);
        }
    }

    /// <summary>A value as a reader should see it: JSON, cut when long.</summary>
    public static string Shown(JsonElement value)
    {
        var text = value.ValueKind == JsonValueKind.String ? $"'{value.GetString()}'" : value.GetRawText();
        return text.Length <= 200 ? text : text[..200] + "…";
    }
}
