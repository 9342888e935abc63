using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using FhirGateway.FhirPath.Types;

namespace FhirGateway.Reading;

/// <summary>Reads a FHIR XML resource as the JSON it would be. For the suites' inputs: trusts what it reads.</summary>
internal static class XmlResourceReader
{
    public static JsonElement Read(string path) => JsonSerializer.SerializeToElement(Resource(XDocument.Load(path).Root!));

    private static JsonObject Resource(XElement xml)
    {
        var json = new JsonObject { ["resourceType"] = xml.Name.LocalName };
        AddChildren(json, xml, xml.Name.LocalName);
        return json;
    }

    // A place is a type's name, or the path of an anonymous element (Patient.contact).
    private static void AddChildren(JsonObject json, XElement xml, string place)
    {
        foreach (var attribute in xml.Attributes().Where(attribute => attribute.Name.LocalName is "id" or "url"))
        {
            json[attribute.Name.LocalName] = attribute.Value;
        }

        foreach (var group in xml.Elements().GroupBy(element => element.Name.LocalName))
        {
            var (child, type) = Child(place, group.Key);
            var repeats = child.Max != 1;
            var values = group.Select(element => Value(element, type)).ToList();
            var extras = group.Select(element => IsPrimitive(type) ? Extras(element, type) : null).ToList();
            if (values.Any(value => value is not null)) json[group.Key] = repeats ? new JsonArray([.. values]) : values[0];
            if (extras.Any(extra => extra is not null)) json["_" + group.Key] = repeats ? new JsonArray([.. extras]) : extras[0];
        }
    }

    private static (StructureElement Element, string Type) Child(string place, string name)
    {
        var structure = R4Types.Type(place.Split('.')[0])!;
        if (structure.Element($"{place}.{name}") is { } element)
        {
            if (element.ContentReference is { } content) return (element, content[1..]);
            return (element, element.Types[0].Code is "BackboneElement" or "Element" ? element.Path : element.Types[0].Code);
        }

        return structure.Elements.Where(choice => choice.IsChoice && choice.Path == $"{place}.{choice.Name}[x]")
            .SelectMany(choice => choice.Types.Select(type => (choice, type.Code)))
            .Single(option => string.Equals(option.choice.Name + option.Code, name, StringComparison.OrdinalIgnoreCase));
    }

    private static JsonNode? Value(XElement xml, string type)
    {
        if (type == "xhtml") return xml.ToString(SaveOptions.DisableFormatting);
        if (IsPrimitive(type)) return Primitive(xml.Attribute("value")?.Value, type);
        if (R4Types.Type(type)?.Kind == StructureKind.Resource) return Resource(xml.Elements().Single());
        var json = new JsonObject();
        AddChildren(json, xml, type);
        return json;
    }

    private static bool IsPrimitive(string type) => R4Types.Type(type)?.Kind == StructureKind.PrimitiveType;

    private static JsonNode? Primitive(string? text, string type) => text is null ? null : type switch
    {
        "boolean" => bool.Parse(text),
        "integer" or "positiveInt" or "unsignedInt" => int.Parse(text, CultureInfo.InvariantCulture),
        "decimal" => JsonNode.Parse(text),
        _ => text,
    };

    private static JsonObject? Extras(XElement xml, string type)
    {
        if (type == "xhtml") return null;
        var extras = new JsonObject();
        AddChildren(extras, xml, type);
        return extras.Count == 0 ? null : extras;
    }
}
