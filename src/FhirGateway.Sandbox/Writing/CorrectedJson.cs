using System.Text.Json;
using System.Text.Json.Nodes;
using FhirGateway.FhirPath;

namespace FhirGateway.Sandbox.Writing;

/// <summary>
/// A resource rebuilt from the elements that R4 defines for it. HAPI drops unknown elements, nulls and empty values without
/// a word and reads scalars of another JSON type where it can; so what it stores is valid where what was sent is not.
/// </summary>
internal static class CorrectedJson
{
    /// <summary>The known, non-empty elements of a resource, in the order they came.</summary>
    public static JsonObject Of(FhirNode element)
    {
        var kept = new JsonObject();
        if (element.Json is { ValueKind: JsonValueKind.Object } json
            && json.TryGetProperty("resourceType", out var type) && type.ValueKind == JsonValueKind.String)
        {
            kept["resourceType"] = type.GetString();
        }

        foreach (var group in element.Children().GroupBy(child => child.JsonName!, StringComparer.Ordinal))
        {
            Add(kept, group.Key, [.. group]);
        }
        return kept;
    }

    private static void Add(JsonObject into, string name, IReadOnlyList<FhirNode> nodes)
    {
        // Of an element written twice, HAPI takes the last.
        if (nodes[^1].Index is null)
        {
            if (Value(nodes[^1]) is { } value) into[name] = value;
            if (Extras(nodes[^1]) is { } extras) into["_" + name] = extras;
            return;
        }

        var kept = nodes
            .Select(node => (Value: Value(node), Extras: Extras(node)))
            .Where(item => item.Value is not null || item.Extras is not null)
            .ToList();
        if (kept.Any(item => item.Value is not null)) into[name] = new JsonArray([.. kept.Select(item => item.Value)]);
        if (kept.Any(item => item.Extras is not null)) into["_" + name] = new JsonArray([.. kept.Select(item => item.Extras)]);
    }

    private static JsonNode? Value(FhirNode node)
    {
        if (node.Json is not { } json) return null;
        if (!IsPrimitive(node)) return json.ValueKind == JsonValueKind.Object && Of(node) is { Count: > 0 } children ? children : null;
        var isEmpty = json.ValueKind is JsonValueKind.Object or JsonValueKind.Array || (json.ValueKind == JsonValueKind.String
            && json.GetString()!.Length == 0);
        return isEmpty ? null : PrimitiveJson.Of(node.Type.Name, json);
    }

    // The children of a primitive are its id and extensions.
    private static JsonObject? Extras(FhirNode node) =>
        IsPrimitive(node) && node.PrimitiveExtras is not null && Of(node) is { Count: > 0 } extras ? extras : null;

    private static bool IsPrimitive(FhirNode node) => char.IsAsciiLetterLower(node.Type.Name[0]);
}
