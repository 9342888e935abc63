using System.Text.Json;

namespace FhirGateway.Destination;

/// <summary>Reads what may be missing, or of another kind, in an answer that nobody has validated.</summary>
internal static class Json
{
    public static string? Text(JsonElement parent, string name) =>
        Property(parent, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    public static JsonElement? Property(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) ? value : null;

    /// <summary>The objects and strings of a list; empty when there is no such list.</summary>
    public static IEnumerable<JsonElement> Items(JsonElement parent, string name) =>
        Property(parent, name) is { ValueKind: JsonValueKind.Array } list
            ? list.EnumerateArray().Where(item => item.ValueKind is JsonValueKind.Object or JsonValueKind.String)
            : [];
}
