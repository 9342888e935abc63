using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;
using FhirGateway.Validation.Findings;

namespace FhirGateway.Validation;

/// <summary>What must hold of a resource's JSON before anything walks it. One pass, which keeps nothing, so that what follows need not be on its guard.</summary>
internal static class JsonLimits
{
    // ElementDefinition has most, and no instance could give them all. Reading a member looks through all of them.
    private const int MaxMembers = 256;

    /// <summary>What is wrong; null when nothing is.</summary>
    /// <param name="json">UTF-8.</param>
    /// <param name="wasParsed">Whether a JsonDocument holds it already, whose options may have let comments through.</param>
    public static JsonProblem? Problem(ReadOnlySpan<byte> json, ValidationOptions options, bool wasParsed = false)
    {
        if (json.Length > options.MaxBytes)
        {
            return new("too-long", $"The resource is longer than the {options.MaxBytes} bytes that are accepted: send less at once.", -1);
        }

        if (!Utf8.IsValid(json)) return new("structure", "The text is not valid Unicode: it must be UTF-8.", -1);
        var reader = new Utf8JsonReader(json, new JsonReaderOptions
        {
            MaxDepth = options.MaxDepth,
            CommentHandling = wasParsed ? JsonCommentHandling.Skip : JsonCommentHandling.Disallow,
            AllowTrailingCommas = wasParsed,
        });
        try
        {
            return Problem(ref reader, options);
        }
        catch (JsonException error)
        {
            return JsonProblem.Of(error, json);
        }
    }

    private static JsonProblem? Problem(ref Utf8JsonReader reader, ValidationOptions options)
    {
        var elements = 0;
        var members = new List<int>();
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    members.RemoveAt(members.Count - 1);
                    continue;
                case JsonTokenType.PropertyName:
                    if (++members[^1] > MaxMembers)
                    {
                        return At(ref reader, "structure", $"The object here has more than {MaxMembers} members, which nothing in FHIR has.");
                    }

                    break;
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    members.Add(0);
                    elements++;
                    break;
                default:
                    elements++;
                    break;
            }

            if (elements > options.MaxElements)
            {
                return At(ref reader, "too-costly", $"The resource has more than {options.MaxElements} elements: send less at once.");
            }

            if (reader.ValueIsEscaped && !IsUnicode(reader.ValueSpan))
            {
                return At(ref reader, "structure", "The text here is not valid Unicode: it holds half of a character.");
            }
        }

        return null;
    }

    private static JsonProblem At(ref Utf8JsonReader reader, string code, string text) => new(code, text, (int)reader.TokenStartIndex);

    // An escaped surrogate must have its other half beside it.
    private static bool IsUnicode(ReadOnlySpan<byte> escaped)
    {
        for (var at = escaped.IndexOf((byte)'\\'); at >= 0;)
        {
            var length = 2;
            if (escaped[at + 1] == 'u')
            {
                var unit = Unit(escaped[at..]);
                length = char.IsHighSurrogate(unit) ? 12 : 6;
                if (char.IsLowSurrogate(unit) || char.IsHighSurrogate(unit) && !char.IsLowSurrogate(Unit(escaped[(at + 6)..]))) return false;
            }

            escaped = escaped[(at + length)..];
            at = escaped.IndexOf((byte)'\\');
        }

        return true;
    }

    // Of \uD83D; NUL for anything else.
    private static char Unit(ReadOnlySpan<byte> text) =>
        text.Length >= 6 && text[0] == '\\' && text[1] == 'u'
            && ushort.TryParse(text.Slice(2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit) ? (char)unit : '\0';
}

/// <summary>Why a text can't be validated.</summary>
/// <param name="Code">FHIR issue-type.</param>
/// <param name="Offset">Where, in bytes; -1 for what concerns all of it.</param>
internal readonly record struct JsonProblem(string Code, string Text, int Offset)
{
    public static JsonProblem Of(JsonException error, ReadOnlySpan<byte> json) =>
        new("structure", $"The text is not JSON that can be read: {error.Message}", TextPositions.OffsetOf(error, json));
}
