using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml;

namespace FhirGateway.Sandbox.Writing;

/// <summary>Primitive values in the JSON type that FHIR wants: HAPI takes <c>"true"</c> for true and 5 for <c>"5"</c>, and refuses what can't be read so.</summary>
internal static partial class PrimitiveJson
{
    /// <summary>The value of an element of a primitive type; the JSON is a string, number or boolean.</summary>
    public static JsonValue Of(string type, string name, JsonElement json)
    {
        var text = json.ValueKind == JsonValueKind.String ? json.GetString()! : json.GetRawText();
        switch (type)
        {
            case "boolean":
                return text is "true" or "false" ? JsonValue.Create(text == "true") : throw Invalid(name, text);
            case "integer" or "positiveInt" or "unsignedInt" or "decimal":
                return json.ValueKind == JsonValueKind.Number ? JsonValue.Create(json)! : Number().IsMatch(text) ? JsonValue.Create(JsonElement.Parse(text))! : throw Invalid(name, text);
            case "xhtml":
                CheckXml(name, text);
                return JsonValue.Create(text);
            default:
                return JsonValue.Create(text);
        }
    }

    private static void CheckXml(string name, string div)
    {
        // HTML's named entities are declared in no DTD here; what they stand for does not matter for being well-formed.
        var xml = Entity().Replace(div, " ");
        try
        {
            using var reader = XmlReader.Create(new StringReader(xml), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit });
            while (reader.Read())
            {
                if (reader is { NodeType: XmlNodeType.Element, Depth: 0, LocalName: not "div" }) throw Invalid(name, "not a div");
            }
        }
        catch (XmlException problem)
        {
            throw SandboxException.Unparsable($"HAPI-1755: String does not appear to be valid XML/XHTML (error is \"{problem.Message}\")");
        }
    }

    private static SandboxException Invalid(string name, string text) => SandboxException.Unparsable($"HAPI-1821: [element=\"{name}\"] Invalid attribute value \"{text}\"");

    [GeneratedRegex(@"\A-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?\z")]
    private static partial Regex Number();

    [GeneratedRegex("&(?!amp;|lt;|gt;|quot;|apos;)[A-Za-z][A-Za-z0-9]*;")]
    private static partial Regex Entity();
}
