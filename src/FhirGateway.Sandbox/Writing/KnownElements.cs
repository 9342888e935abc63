using System.Text.Json;
using System.Text.Json.Nodes;
using FhirGateway.FhirPath;
using FhirGateway.FhirPath.Types;

namespace FhirGateway.Sandbox.Writing;

/// <summary>
/// A resource rebuilt from the elements that R4 defines for it; whatever else its JSON holds falls away, and a code that its
/// required value set lacks is refused: both as HAPI's parser does.
/// </summary>
internal static class KnownElements
{
    /// <summary>The known, non-empty elements of a resource, in the order they came.</summary>
    public static JsonObject Of(FhirNode resource) => Of(resource, resource.Type.Name);

    private static JsonObject Of(FhirNode node, string path)
    {
        var kept = new JsonObject();
        if (node.Json is { ValueKind: JsonValueKind.Object } json && json.TryGetProperty("resourceType", out var type) && type.ValueKind == JsonValueKind.String) kept["resourceType"] = type.GetString();
        foreach (var group in node.Children().GroupBy(child => child.JsonName!, StringComparer.Ordinal)) Add(kept, group.Key, path, [.. group]);
        return kept;
    }

    private static void Add(JsonObject into, string name, string path, IReadOnlyList<FhirNode> nodes)
    {
        if (nodes[0].Index is null)
        {
            if (Value(nodes[0], path) is { } value) into[name] = value;
            if (Extras(nodes[0]) is { } extras) into["_" + name] = extras;
            return;
        }

        var kept = nodes.Select(node => (Value: Value(node, path), Extras: Extras(node))).Where(item => item.Value is not null || item.Extras is not null).ToList();
        if (kept.Any(item => item.Value is not null)) into[name] = new JsonArray([.. kept.Select(item => item.Value)]);
        if (kept.Any(item => item.Extras is not null)) into["_" + name] = new JsonArray([.. kept.Select(item => item.Extras)]);
    }

    private static JsonNode? Value(FhirNode node, string parentPath)
    {
        if (node.Json is not { } json) return null;
        if (!IsPrimitive(node)) return json.ValueKind == JsonValueKind.Object && Of(node, PathOf(node, parentPath)) is { Count: > 0 } children ? children : null;
        if (json.ValueKind is JsonValueKind.Object or JsonValueKind.Array || (json.ValueKind == JsonValueKind.String && json.GetString()!.Length == 0)) return null;
        var value = PrimitiveJson.Of(node.Type.Name, node.Name!, json);
        if (node.Type.Name == "code") CheckCode($"{parentPath}.{node.Name}", node.Name!, value.GetValue<string>());
        return value;
    }

    private static void CheckCode(string path, string name, string code)
    {
        if (RequiredCodes.At(path) is { } codes && !codes.Contains(code))
        {
            throw SandboxException.Unparsable($"HAPI-1821: [element=\"{name}\"] Invalid attribute value \"{code}\": Unknown code '{code}'");
        }
    }

    // Anonymous content is defined at its path, or where a content reference points (Composition.section.section); all other at its type.
    private static string PathOf(FhirNode node, string parentPath)
    {
        var path = $"{parentPath}.{node.Name}";
        if (R4Types.Type(parentPath.Split('.')[0])?.Element(path) is not { } element) return node.Type.Name;
        if (element.ContentReference is { } reference) return reference[1..];
        return node.Type.Name is "BackboneElement" or "Element" ? path : node.Type.Name;
    }

    // The children of a primitive are its id and extensions.
    private static JsonObject? Extras(FhirNode node) =>
        IsPrimitive(node) && node.PrimitiveExtras is not null && Of(node, node.Type.Name) is { Count: > 0 } extras ? extras : null;

    private static bool IsPrimitive(FhirNode node) => char.IsAsciiLetterLower(node.Type.Name[0]);
}
