using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;
using FhirGateway.Validation.Findings;

namespace FhirGateway.Validation;

/// <summary>
/// What must hold of a resource's JSON before anything walks it. One pass, which keeps nothing, so that what follows need not be on
/// its guard.
/// </summary>
internal static class JsonLimits
{
    // ElementDefinition has most, and no instance could give them all. Reading a member looks through all of them.
    private const int MaxMembers = 256;

    /// <summary>What is wrong, and where, in bytes (-1 for what concerns all of it); null when nothing is.</summary>
    /// <param name="json">UTF-8.</param>
    /// <param name="wasParsed">Whether a JsonDocument holds it already, whose options may have let comments through.</param>
    public static (Finding Finding, int Offset)? Problem(ReadOnlySpan<byte> json, ValidationOptions options, bool wasParsed = false)
    {
        if (json.Length > options.MaxBytes)
        {
            return (LimitFindings.TooManyBytes(options.MaxBytes), -1);
        }

        if (!Utf8.IsValid(json)) return (LimitFindings.NotUtf8(), -1);
        var reader = new Utf8JsonReader(json, new JsonReaderOptions
        {
            // Any: what is too deep is told from what is not JSON, with its depth.
            MaxDepth = int.MaxValue,
            CommentHandling = wasParsed ? JsonCommentHandling.Skip : JsonCommentHandling.Disallow,
            AllowTrailingCommas = wasParsed,
        });
        try
        {
            return Problem(ref reader, options);
        }
        catch (JsonException error)
        {
            return (LimitFindings.NotJson(error), TextPositions.OffsetOf(error, json));
        }
    }

    private static (Finding Finding, int Offset)? Problem(ref Utf8JsonReader reader, ValidationOptions options)
    {
        var elements = 0;
        var members = new List<int>();
        while (reader.Read())
        {
            if (reader.CurrentDepth >= options.MaxDepth && reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
            {
                return (LimitFindings.TooDeep(Deepest(ref reader), options.MaxDepth), (int)reader.TokenStartIndex);
            }

            switch (reader.TokenType)
            {
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    members.RemoveAt(members.Count - 1);
                    continue;
                case JsonTokenType.PropertyName:
                    if (++members[^1] > MaxMembers)
                    {
                        return (LimitFindings.TooManyMembers(MaxMembers), (int)reader.TokenStartIndex);
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
                return (LimitFindings.TooManyElements(options.MaxElements), (int)reader.TokenStartIndex);
            }

            if (reader.ValueIsEscaped && !IsUnicode(reader.ValueSpan))
            {
                return (LimitFindings.HalfACharacter(), (int)reader.TokenStartIndex);
            }
        }

        return null;
    }

    // The deepest level of all that follows. Nothing is kept of it, so that its depth costs no memory.
    private static int Deepest(ref Utf8JsonReader reader)
    {
        var deepest = 0;
        do
        {
            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
            {
                deepest = Math.Max(deepest, reader.CurrentDepth + 1);
            }
        }
        while (reader.Read());
        return deepest;
    }

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
                if (char.IsLowSurrogate(unit) || char.IsHighSurrogate(unit) && !char.IsLowSurrogate(Unit(escaped[(at + 6)..])))
                {
                    return false;
                }
            }

            escaped = escaped[(at + length)..];
            at = escaped.IndexOf((byte)'\\');
        }

        return true;
    }

    // Of \uD83D; NUL for anything else.
    private static char Unit(ReadOnlySpan<byte> text) =>
        text.Length >= 6 && text[0] == '\\' && text[1] == 'u'
            && ushort.TryParse(text.Slice(2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit)
                ? (char)unit
                : '\0';
}
