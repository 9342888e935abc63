using System.Globalization;
using System.Text.Json;

namespace FhirGateway.Mapping.Json;

/// <summary>RFC 6901 pointers.</summary>
public static class JsonPointer
{
    /// <summary>A pointer one step deeper.</summary>
    public static string Append(string pointer, string key) => $"{pointer}/{Escape(key)}";

    /// <summary>A pointer one step deeper, into an array.</summary>
    public static string Append(string pointer, int index) => $"{pointer}/{index}";

    public static string Escape(string key) =>
        key.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    public static string Unescape(string token) =>
        token.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);

    /// <summary>The element a pointer names; null when there is none. A JSON null is there.</summary>
    public static JsonElement? Find(JsonElement root, string pointer)
    {
        if (pointer.Length == 0) return root;
        var at = root;
        foreach (var token in pointer[1..].Split('/'))
        {
            switch (at.ValueKind)
            {
                case JsonValueKind.Object when at.TryGetProperty(Unescape(token), out var child):
                    at = child;
                    break;
                case JsonValueKind.Array when Index(token) is { } index && index < at.GetArrayLength():
                    at = at[index];
                    break;
                default:
                    return null;
            }
        }

        return at;
    }

    /// <summary>The text at a pointer; null when there is none or it is not a string.</summary>
    public static string? FindText(JsonElement root, string pointer) =>
        Find(root, pointer) is { ValueKind: JsonValueKind.String } found ? found.GetString() : null;

    // Digits only, and no leading zero (RFC 6901 §4): one place has one spelling.
    private static int? Index(string token) =>
        (token == "0" || !token.StartsWith('0'))
        && int.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : null;

    /// <summary>Whether a pointer names the place of another one or something inside it.</summary>
    public static bool IsAtOrBelow(string pointer, string ancestor) =>
        pointer.StartsWith(ancestor, StringComparison.Ordinal) && (pointer.Length == ancestor.Length || pointer[ancestor.Length] == '/');
}
