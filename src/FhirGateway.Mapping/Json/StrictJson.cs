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
    /// <summary>Far deeper than any vendor's payload, far from any stack's end.</summary>
    public const int MaxDepth = 32;

    /// <param name="body">The bytes as received; one byte order mark is skipped.</param>
    /// <param name="toleratesDuplicateKeys">A key named twice in one object is no problem; the last one counts.</param>
    /// <param name="root">The JSON, independent of <paramref name="body"/>; undefined when there is a problem.</param>
    /// <returns>What is wrong; null when nothing is.</returns>
    public static Problem? Read(ReadOnlyMemory<byte> body, bool toleratesDuplicateKeys, out JsonElement root)
    {
        root = default;
        var bytes = body.Span;
        if (bytes.StartsWith(Encoding.UTF8.Preamble)) bytes = bytes[Encoding.UTF8.Preamble.Length..];
        if (bytes.IsEmpty) return Problem.Error("structure", "The body is empty; JSON is expected.", "");
        if (!Utf8.IsValid(bytes)) return Problem.Error("structure", "The body is not valid UTF-8.", "");

        var place = new Place();
        try
        {
            var problem = Walk(bytes, toleratesDuplicateKeys, place);
            if (problem is not null) return problem;
            root = JsonElement.Parse(bytes, new JsonDocumentOptions { MaxDepth = MaxDepth, AllowDuplicateProperties = true });
            return null;
        }
        catch (JsonException e)
        {
            // The reader's message quotes the body; its position is all that may leave here.
            return Problem.Error("structure", $"The body is not JSON as RFC 8259 defines it (line {(e.LineNumber ?? 0) + 1}, byte {(e.BytePositionInLine ?? 0) + 1}), or nested deeper than {MaxDepth}.", place.Pointer);
        }
        catch (InvalidOperationException)
        {
            return Problem.Error("structure", "A string is not valid Unicode: an escaped surrogate stands alone.", place.Pointer);
        }
    }

    private static Problem? Walk(ReadOnlySpan<byte> bytes, bool toleratesDuplicateKeys, Place place)
    {
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = MaxDepth });
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    if (!place.Enter(reader.GetString()!) && !toleratesDuplicateKeys)
                        return Problem.Error("structure", "A key is named twice in one object.", place.Pointer);
                    break;
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    place.Begin();
                    place.Open(reader.TokenType == JsonTokenType.StartObject);
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    place.Close();
                    break;
                case JsonTokenType.String:
                    place.Begin();
                    if (reader.ValueIsEscaped) _ = reader.GetString();
                    break;
                default:
                    place.Begin();
                    break;
            }
        }

        return null;
    }

    private sealed class Place
    {
        private readonly List<Level> _levels = [];

        public string Pointer => string.Concat(_levels.Select(l => l.Token is null ? "" : "/" + JsonPointer.Escape(l.Token)));

        public void Open(bool isObject) => _levels.Add(new Level(isObject));

        public void Close() => _levels.RemoveAt(_levels.Count - 1);

        public void Begin()
        {
            if (_levels.Count > 0) _levels[^1].NextItem();
        }

        public bool Enter(string key) => _levels[^1].Enter(key);

        private sealed class Level(bool isObject)
        {
            private readonly HashSet<string>? _keys = isObject ? new HashSet<string>(StringComparer.Ordinal) : null;
            private int _index = -1;

            public string? Token { get; private set; }

            public bool Enter(string key)
            {
                Token = key;
                return _keys!.Add(key);
            }

            public void NextItem()
            {
                if (_keys is null) Token = (++_index).ToString(System.Globalization.CultureInfo.InvariantCulture);
            }
        }
    }
}
