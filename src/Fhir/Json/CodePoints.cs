namespace FhirGateway.Json;

/// <summary>
/// Counts characters as FHIR and FHIRPath do, in Unicode code points: .NET's strings count UTF-16 units, of which some characters take
/// two. Half a pair that stands alone counts as one. Most texts have no pairs, and cost one look.
/// </summary>
internal static class CodePoints
{
    /// <summary>Whether any character of a text takes two units.</summary>
    public static bool HasPairs(ReadOnlySpan<char> text) => NextPair(text, 0) >= 0;

    /// <summary>How many characters a text has.</summary>
    public static int Count(ReadOnlySpan<char> text)
    {
        var count = text.Length;
        for (var at = NextPair(text, 0); at >= 0; at = NextPair(text, at + 2)) count--;
        return count;
    }

    /// <summary>
    /// Where in a string's units a character is, counted from 0; the string's length for one past the last, -1 for one further on.
    /// </summary>
    public static int UnitOf(ReadOnlySpan<char> text, int character)
    {
        var unit = character;
        for (var at = NextPair(text, 0); at >= 0 && at < unit; at = NextPair(text, at + 2)) unit++;
        return unit <= text.Length ? unit : -1;
    }

    /// <summary>The characters, each as a string.</summary>
    public static IEnumerable<string> Each(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            var length = IsPair(text, at) ? 2 : 1;
            yield return text.Substring(at, length);
            at += length;
        }
    }

    /// <summary>The order of two texts by their characters. By units a character of two would come before U+E000.</summary>
    public static int Compare(string left, string right)
    {
        var at = left.AsSpan().CommonPrefixLength(right);
        if (at == left.Length || at == right.Length) return left.Length.CompareTo(right.Length);
        var (a, b) = (left[at], right[at]);
        if (char.IsSurrogate(a) == char.IsSurrogate(b)) return a.CompareTo(b);
        return char.IsSurrogate(a) ? 1 : -1;
    }

    private static int NextPair(ReadOnlySpan<char> text, int from)
    {
        while (from < text.Length)
        {
            var found = text[from..].IndexOfAnyInRange('\uD800', '\uDBFF');
            if (found < 0) return -1;
            from += found;
            if (IsPair(text, from)) return from;
            from++;
        }

        return -1;
    }

    private static bool IsPair(ReadOnlySpan<char> text, int at) => at + 1 < text.Length && char.IsSurrogatePair(text[at], text[at + 1]);
}
