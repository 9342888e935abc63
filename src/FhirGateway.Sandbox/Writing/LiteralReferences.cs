using System.Text.Json.Nodes;

namespace FhirGateway.Sandbox.Writing;

/// <summary>Finds and rewrites the references inside a resource.</summary>
internal static class LiteralReferences
{
    /// <summary>Every Reference with a literal <c>reference</c>, contained resources included.</summary>
    public static IEnumerable<JsonObject> In(JsonNode? node)
    {
        if (node is JsonArray array)
        {
            foreach (var item in array.SelectMany(In)) yield return item;
        }

        if (node is not JsonObject value) yield break;
        if (value["reference"] is JsonValue) yield return value;
        foreach (var found in value.SelectMany(member => In(member.Value))) yield return found;
    }

    /// <summary>The literal reference; empty when it is not a string.</summary>
    public static string Literal(JsonObject reference) =>
        reference["reference"] is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";

    /// <summary>Whether it asks the server to search, as <c>Patient?identifier=…</c> does.</summary>
    public static bool IsConditional(string literal) =>
        literal.IndexOf('?', StringComparison.Ordinal) is var mark and > 0 && literal.AsSpan(0, mark).IndexOfAnyExcept(Letters) < 0;

    /// <summary>Whether it is a placeholder that only a transaction can fill.</summary>
    public static bool IsPlaceholder(string literal) => literal.StartsWith("urn:", StringComparison.Ordinal);

    /// <summary>Makes references to this server relative and version-independent, as HAPI stores them.</summary>
    public static void MakeLocal(JsonObject resource, string baseUrl)
    {
        foreach (var reference in In(resource))
        {
            var literal = Literal(reference);
            if (literal.StartsWith(baseUrl + "/", StringComparison.Ordinal)) literal = literal[(baseUrl.Length + 1)..];
            if (TryParseLocal(literal, out var type, out var id)) literal = $"{type}/{id}";
            if (literal.Length > 0 && literal != Literal(reference)) reference["reference"] = literal;
        }
    }

    /// <summary>Reads <c>Type/id</c>, with or without a version; false for anything absolute, contained or conditional.</summary>
    public static bool TryParseLocal(string literal, out string type, out string id)
    {
        type = id = "";
        var parts = literal.Split('/');
        if (parts.Length != 2 && (parts.Length != 4 || parts[2] != "_history")) return false;
        if (parts[0].Length == 0 || parts[0].AsSpan().IndexOfAnyExcept(Letters) >= 0 || !ResourceIds.IsValid(parts[1])) return false;
        (type, id) = (parts[0], parts[1]);
        return true;
    }

    private static readonly System.Buffers.SearchValues<char> Letters =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
}
