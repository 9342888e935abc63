using System.Buffers;

namespace FhirGateway.Mapping.Codes;

/// <summary>
/// Headings and names of documents in standard codes, by several concept maps: the first that lists a heading counts, also where it says
/// that the heading has no code. A heading is found whatever its case and separators, and only as a whole: its first word says little
/// ("Discharge Instructions" is no discharge summary).
/// </summary>
public sealed class HeadingMap
{
    /// <summary>No listed heading is longer; what is longer is not looked for.</summary>
    private const int LongestKey = 100;

    private static readonly SearchValues<char> Separators = SearchValues.Create("_-–—/\\&+.:,()");

    private readonly Dictionary<string, MappedWord> _words = new(StringComparer.Ordinal);
    private readonly Dictionary<string, MappedWord>.AlternateLookup<ReadOnlySpan<char>> _byKey;
    private readonly Concept? _unmapped;

    /// <param name="maps">The vendor's own first.</param>
    /// <exception cref="MappingException">A map lists one heading with two meanings or titles, or a heading without a word.</exception>
    public HeadingMap(params IReadOnlyList<CodeMap> maps)
    {
        Ids = string.Join(", else ", maps.Select(map => map.Id));
        _byKey = _words.GetAlternateLookup<ReadOnlySpan<char>>();
        _unmapped = maps.Select(map => map.Unmapped).FirstOrDefault(unmapped => unmapped is not null);
        foreach (var map in maps.Reverse())
        {
            foreach (var same in map.Words.GroupBy(word => KeyOf(word.Word)))
            {
                var word = same.First();
                if (same.Key.Length is 0 or > LongestKey)
                    throw new MappingException($"The concept map {map.Id} lists \"{word.Word}\", which is no heading.");
                if (same.Select(other => (other.Meaning, other.Title)).Distinct().Skip(1).Any())
                    throw new MappingException($"The concept map {map.Id} says two things of the heading \"{word.Word}\".");
                _words[same.Key] = word with { Title = word.Title ?? _words.GetValueOrDefault(same.Key)?.Title };
            }
        }
    }

    /// <summary>The ids of its concept maps, in words.</summary>
    public string Ids { get; }

    /// <summary>What is known of a heading; null where no map lists it.</summary>
    public MappedWord? Find(string heading)
    {
        Span<char> key = stackalloc char[LongestKey];
        return WriteKey(heading, key) is >= 0 and var length ? _byKey.TryGetValue(key[..length], out var word) ? word : null : null;
    }

    /// <summary>A heading's code, or what the maps say of unlisted ones; null for none.</summary>
    public Concept? CodeOf(string heading) => Find(heading)?.Meaning ?? _unmapped;

    /// <summary>Whether two headings differ in case, separators and "and" only.</summary>
    internal static bool AreSame(string heading, string other) => heading == other || KeyOf(heading) == KeyOf(other);

    private static string KeyOf(string heading)
    {
        var key = new char[heading.Length];
        return new string(key, 0, WriteKey(heading, key));
    }

    // Lower case, one blank between words, and no "and": it stands where others write a sign ("A&P", "A/P", "Assessment and Plan").
    // -1 where the key has no room for it.
    private static int WriteKey(ReadOnlySpan<char> heading, Span<char> key)
    {
        int length = 0, word = 0;
        foreach (var sign in heading)
        {
            if (IsSeparator(sign))
            {
                (length, word) = EndWord(key, length, word);
                continue;
            }

            if (length == key.Length) return -1;
            key[length++] = char.ToLowerInvariant(sign);
        }

        (length, _) = EndWord(key, length, word);
        return length > 0 && key[length - 1] == ' ' ? length - 1 : length;
    }

    private static (int Length, int Word) EndWord(Span<char> key, int length, int word)
    {
        if (length == word || key[word..length] is "and") return (word, word);
        if (length < key.Length) key[length++] = ' ';
        return (length, length);
    }

    private static bool IsSeparator(char sign) =>
        char.IsWhiteSpace(sign) || char.IsControl(sign) || Separators.Contains(sign);
}
