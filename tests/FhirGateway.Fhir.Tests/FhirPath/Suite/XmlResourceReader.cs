using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using FhirGateway.Fhir.FhirPath.Nodes;

namespace FhirGateway.Fhir.Tests.FhirPath.Suite;

/// <summary>Reads a FHIR XML resource as the JSON it would be. For the suite's inputs: trusts what it reads.</summary>
internal static class XmlResourceReader
{
    public static JsonElement Read(string path) => JsonSerializer.SerializeToElement(Resource(XDocument.Load(path).Root!));

    private static JsonObject Resource(XElement xml)
    {
        var json = new JsonObject { ["resourceType"] = xml.Name.LocalName };
        AddChildren(json, xml, TypeModel.Find(xml.Name.LocalName)!);
        return json;
    }

    private static void AddChildren(JsonObject json, XElement xml, TypeModel type)
    {
        foreach (var attribute in xml.Attributes().Where(attribute => attribute.Name.LocalName is "id" or "url")) json[attribute.Name.LocalName] = attribute.Value;
        foreach (var group in xml.Elements().GroupBy(element => element.Name.LocalName))
        {
            var child = type.ByJsonName[group.Key];
            var values = group.Select(element => Value(element, child)).ToList();
            var extras = group.Select(element => child.Type.IsPrimitive ? Extras(element, child.Type) : null).ToList();
            if (values.Any(value => value is not null)) json[group.Key] = child.Repeats ? new JsonArray([.. values]) : values[0];
            if (extras.Any(extra => extra is not null)) json["_" + group.Key] = child.Repeats ? new JsonArray([.. extras]) : extras[0];
        }
    }

    private static JsonNode? Value(XElement xml, ChildModel child)
    {
        if (child.TypeKey == "xhtml") return xml.ToString(SaveOptions.DisableFormatting);
        if (child.Type.IsPrimitive) return Primitive(xml.Attribute("value")?.Value, child.TypeKey);
        if (child.Type.IsResource) return Resource(xml.Elements().Single());
        var json = new JsonObject();
        AddChildren(json, xml, child.Type);
        return json;
    }

    private static JsonNode? Primitive(string? text, string type) => text is null ? null : type switch
    {
        "boolean" => bool.Parse(text),
        "integer" or "positiveInt" or "unsignedInt" => int.Parse(text, CultureInfo.InvariantCulture),
        "decimal" => JsonNode.Parse(text),
        _ => text,
    };

    private static JsonObject? Extras(XElement xml, TypeModel type)
    {
        if (type.Name == "xhtml") return null;
        var extras = new JsonObject();
        AddChildren(extras, xml, type);
        return extras.Count == 0 ? null : extras;
    }
}
