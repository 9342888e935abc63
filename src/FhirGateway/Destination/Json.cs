using System.Text.Json;

namespace FhirGateway.Destination;

/// <summary>
/// Reads what may be missing, or of another kind, in JSON that nobody has validated: the one set of such readers in the program.
/// </summary>
internal static class Json
{
    /// <summary>A string; null when there is none, or something else.</summary>
    public static string? Text(JsonElement parent, string name) =>
        Property(parent, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    /// <summary>Whatever is there; null when nothing is, or the parent is not an object.</summary>
    public static JsonElement? Property(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) ? value : null;

    /// <summary>The items of a list; empty when there is no such list.</summary>
    public static IEnumerable<JsonElement> Items(JsonElement parent, string name) =>
        Property(parent, name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];
}
