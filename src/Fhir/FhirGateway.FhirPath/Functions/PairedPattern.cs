using System.Text;

namespace FhirGateway.FhirPath.Functions;

/// <summary>
/// Lets a regular expression take a character that .NET writes as two units (a surrogate pair) for one, as FHIRPath's strings do:
/// <c>.</c>, negated classes and their short forms match it whole. Needed only where the text has such a character.
/// </summary>
internal static class PairedPattern
{
    private const string Pair = @"[\uD800-\uDBFF][\uDC00-\uDFFF]";

    public static string Of(string pattern)
    {
        var paired = new StringBuilder(pattern.Length * 2);
        for (var at = 0; at < pattern.Length;)
        {
            var length = LengthOf(pattern, at);
            var part = pattern.AsSpan(at, length);
            var takesAny = part is "." or "\\S" or "\\D" or "\\W" || part.StartsWith("[^");
            if (takesAny) paired.Append("(?:").Append(Pair).Append('|').Append(part).Append(')');
            else paired.Append(part);
            at += length;
        }

        return paired.ToString();
    }

    // Of a class, an escape, or a single sign.
    private static int LengthOf(string pattern, int start)
    {
        if (pattern[start] == '\\') return Math.Min(2, pattern.Length - start);
        if (pattern[start] != '[') return 1;
        // A bracket that comes first in a class is one of its characters.
        var at = start + 1;
        if (at < pattern.Length && pattern[at] == '^') at++;
        if (at < pattern.Length && pattern[at] == ']') at++;
        while (at < pattern.Length && pattern[at] != ']') at += pattern[at] == '\\' ? 2 : 1;
        return Math.Min(at + 1, pattern.Length) - start;
    }
}
