using System.Text.Json;

namespace FhirGateway.Validation.Findings;

/// <summary>JSON's kinds of value, in words for a reader.</summary>
internal static class Words
{
    public static string For(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "a boolean",
        JsonValueKind.Null => "null",
        _ => "nothing",
    };

    /// <summary>A value from the instance, short enough for a message.</summary>
    public static string Shown(string? value) => Cut(value ?? "", 100);

    /// <summary>A message no longer than anybody reads, whatever it quotes.</summary>
    public static string Cut(string text, int length = 1000)
    {
        if (text.Length <= length) return text;
        // Not between the halves of a character.
        return string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[length - 1]) ? length - 1 : length), "…");
    }
}
