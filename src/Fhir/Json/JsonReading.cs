using System.Runtime.InteropServices;
using System.Text.Json;

namespace FhirGateway.Json;

/// <summary>Short ways to read optional members. What is missing, or of another kind, is null or empty.</summary>
internal static class JsonReading
{
    private const int MaxTextBytes = 6 * 1024 * 1024;

    public static JsonElement? Member(this JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) ? value : null;

    /// <summary>Null also for a text that <see cref="IsTooLong"/>.</summary>
    public static string? Text(this JsonElement json, string name) =>
        json.Member(name) is { ValueKind: JsonValueKind.String } value && !value.IsTooLong() ? value.GetString() : null;

    /// <summary>
    /// Whether it is longer than any string of FHIR, which ends at 1024 × 1024 characters (R4 §2.24.0.1), however they are escaped.
    /// Only base64Binary and xhtml may be: other text is judged by its length alone, for each reading costs several times as much memory.
    /// </summary>
    public static bool IsTooLong(this JsonElement json) =>
        json.ValueKind == JsonValueKind.String && JsonMarshal.GetRawUtf8Value(json).Length > MaxTextBytes;

    public static bool Flag(this JsonElement json, string name) => json.Member(name) is { ValueKind: JsonValueKind.True };

    public static int? Integer(this JsonElement json, string name) =>
        json.Member(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var number) ? number : null;

    public static IEnumerable<JsonElement> Items(this JsonElement json, string name) =>
        json.Member(name) is { ValueKind: JsonValueKind.Array } value ? value.EnumerateArray() : [];

    public static IReadOnlyList<string> Texts(this JsonElement json, string name) =>
        [.. json.Items(name).Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)];
}
