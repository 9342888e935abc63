using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace FhirGateway.Sandbox.Writing;

/// <summary>Primitive values in the JSON type that FHIR asks for: HAPI takes <c>"true"</c> for true and 5 for <c>"5"</c>.</summary>
internal static partial class PrimitiveJson
{
    /// <summary>
    /// The value of an element of a primitive type, in the JSON type that fits. What can't be read so stays as it is: the SDK
    /// refuses it.
    /// </summary>
    /// <param name="json">A string, number or boolean.</param>
    public static JsonValue Of(string type, JsonElement json)
    {
        var text = json.ValueKind == JsonValueKind.String ? json.GetString()! : json.GetRawText();
        return type switch
        {
            "boolean" => text is "true" or "false" ? JsonValue.Create(text == "true") : JsonValue.Create(json)!,
            "integer" or "positiveInt" or "unsignedInt" or "decimal" =>
                JsonValue.Create(Number().IsMatch(text) ? JsonElement.Parse(text) : json)!,
            _ => JsonValue.Create(text),
        };
    }

    [GeneratedRegex(@"\A-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?\z")]
    private static partial Regex Number();
}
