using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace FhirGateway.Json;

/// <summary>
/// Parses JSON that somebody else wrote: files, packages, answers. What passes can be read without surprise: every text is
/// Unicode, and no two readers can take different values from one object.
/// </summary>
internal static class ForeignJson
{
    /// <summary>The JSON, independent of the bytes.</summary>
    /// <param name="json">UTF-8; a byte order mark is skipped.</param>
    /// <param name="maxDepth">How deep objects and arrays may nest.</param>
    /// <exception cref="JsonException">
    /// It is not valid JSON, is nested too deeply, holds invalid UTF-8 or half a surrogate pair, or names a property twice; the message
    /// says
    /// where.
    /// </exception>
    public static JsonElement Parse(ReadOnlySpan<byte> json, int maxDepth)
    {
        if (json.StartsWith(Encoding.UTF8.Preamble)) json = json[Encoding.UTF8.Preamble.Length..];
        RequireUnicode(json, maxDepth);
        return JsonElement.Parse(json, new JsonDocumentOptions { MaxDepth = maxDepth, AllowDuplicateProperties = false });
    }

    private static void RequireUnicode(ReadOnlySpan<byte> json, int maxDepth)
    {
        if (!Utf8.IsValid(json)) throw new JsonException("It is not valid UTF-8.");
        if (json.IndexOf("\\ud"u8) < 0 && json.IndexOf("\\uD"u8) < 0) return;
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = maxDepth });
        while (reader.Read())
        {
            if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName) || !reader.ValueIsEscaped) continue;
            try
            {
                reader.GetString();
            }
            catch (InvalidOperationException)
            {
                throw new JsonException($"A text holds half a surrogate pair, at byte {reader.TokenStartIndex}.");
            }
        }
    }
}
