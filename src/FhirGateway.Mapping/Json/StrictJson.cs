using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace FhirGateway.Mapping.Json;

/// <summary>
/// Reads bytes as JSON (RFC 8259) the way a clinical gateway may: nothing is repaired, and two readers of one body can never
/// see two different notes. Invalid UTF-8, lone surrogates, too deep nesting, trailing data and doubled keys are problems with a place.
/// </summary>
public static class StrictJson
{
    /// <summary>
    /// The deepest nesting that is read: FHIR inside a message may be as deep as the validator takes a resource (128), and what lies around
    /// it (the vendor's envelope, a bundle) may add 16 levels.
    /// </summary>
    public const int MaxDepth = 128 + 16;

    /// <summary>The code (FHIR's issue-type) of the problem that a body is nested too deep.</summary>
    public const string TooDeep = "too-costly";

    /// <summary>The code (FHIR's issue-type) of the problem that something is too long: a list, or the body.</summary>
    public const string TooLong = "too-long";

    /// <param name="body">The bytes as received; one byte order mark is skipped.</param>
    /// <param name="toleratesDuplicateKeys">A key may be named twice in one object; the last one counts.</param>
    /// <param name="maxItems">The most items that an array, and the most keys that an object, may have.</param>
    /// <param name="root">The JSON, independent of <paramref name="body"/>; undefined when there is a problem.</param>
    /// <returns>What is wrong; null when nothing is.</returns>
    public static Problem? Read(ReadOnlyMemory<byte> body, bool toleratesDuplicateKeys, int maxItems, out JsonElement root)
    {
        root = default;
        var bytes = body.Span;
        if (bytes.StartsWith(Encoding.UTF8.Preamble)) bytes = bytes[Encoding.UTF8.Preamble.Length..];
        if (bytes.IsEmpty) return Problem.Error("structure", "The body is empty; JSON is expected.", "");
        if (!Utf8.IsValid(bytes)) return Problem.Error("structure", "The body is not valid UTF-8.", "");

        var place = new JsonPlace(MaxDepth);
        try
        {
            if (Walk(bytes, toleratesDuplicateKeys, maxItems, place) is { } problem) return problem;
            root = JsonElement.Parse(bytes, new JsonDocumentOptions { MaxDepth = MaxDepth, AllowDuplicateProperties = true });
            return null;
        }
        catch (JsonException e)
        {
            // The reader's message quotes the body; its position is all that may leave here.
            var at = $"line {(e.LineNumber ?? 0) + 1}, byte {(e.BytePositionInLine ?? 0) + 1}";
            return Problem.Error("structure", $"The body is not JSON as RFC 8259 defines it ({at}).", place.Pointer);
        }
        catch (InvalidOperationException)
        {
            return Problem.Error("structure", "A string is not valid Unicode: an escaped surrogate stands alone.", place.Pointer);
        }
    }

    private static Problem? Walk(ReadOnlySpan<byte> bytes, bool toleratesDuplicateKeys, int maxItems, JsonPlace place)
    {
        // The reader itself may go to any depth, so that what is too deep is told apart from what is not JSON, with the depth found.
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = int.MaxValue });
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    if (!place.Enter(reader.GetString()!) && !toleratesDuplicateKeys)
                        return Problem.Error("structure", "A key is named twice in one object.", place.Pointer);
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    place.Close();
                    continue;
                default:
                    place.NextItem();
                    break;
            }

            if (place.Count > maxItems) return Problem.Error(TooLong, $"A list has more than {maxItems} items or keys.", place.Pointer);
            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                place.Open(reader.TokenType == JsonTokenType.StartObject);

            // Throws when an escaped surrogate stands alone.
            if (reader.TokenType == JsonTokenType.String && reader.ValueIsEscaped) _ = reader.GetString();
        }

        return place.Deepest <= MaxDepth
            ? null
            : Problem.Error(TooDeep, $"The body is nested {place.Deepest} levels deep; at most {MaxDepth} are read.", place.FirstTooDeep);
    }
}
