using System.Text.Json;

namespace FhirGateway.Mapping.Codes;

/// <summary>A word of a concept map (<c>ConceptMap.group.element</c>).</summary>
/// <param name="Word">As it is written in the file.</param>
/// <param name="Title">What people call it (<c>display</c>); null where the map says nothing of it.</param>
/// <param name="Meaning">Its code; null for a word that is known to have none.</param>
/// <param name="Comment">Where the pair comes from, or why there is no code; null where the map says nothing of it.</param>
public sealed record MappedWord(string Word, string? Title, Concept? Meaning, string? Comment);

/// <summary>
/// A vendor's words in standard codes: a FHIR ConceptMap kept as JSON in the vendor's folder. A word it lacks has no code;
/// a target counts only where its meaning holds for every use of the word (equal, equivalent, wider, subsumes).
/// </summary>
public sealed class CodeMap
{
    private readonly Dictionary<string, Concept> _exact = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Concept> _anyCase = new(StringComparer.OrdinalIgnoreCase);
    private readonly OrderedDictionary<string, MappedWord> _words = new(StringComparer.Ordinal);
    private readonly Concept? _unmapped;

    private CodeMap(JsonElement map)
    {
        Id = Text(map, "id") ?? throw new MappingException("A concept map needs an id.");
        Title = Text(map, "title") ?? Id;
        Description = Text(map, "description");
        foreach (var group in Items(map, "group"))
        {
            if (Text(group, "source") is null) throw new MappingException($"The concept map {Id} has a group without a source.");
            var system = Text(group, "target") ?? throw new MappingException($"The concept map {Id} has a group without a target.");
            foreach (var element in Items(group, "element")) Add(element, system);
            if (group.TryGetProperty("unmapped", out var unmapped) && Text(unmapped, "mode") == "fixed")
                _unmapped = ConceptOf(unmapped, system);
        }
    }

    /// <summary>The concept map's id, which is also its file's name.</summary>
    public string Id { get; }

    /// <summary>Its name for people.</summary>
    public string Title { get; }

    /// <summary>What it holds and where it comes from; null where it does not say.</summary>
    public string? Description { get; }

    /// <summary>Every word, as written in the file and in its order, with those that are known to have no code.</summary>
    public IReadOnlyList<MappedWord> Words => _words.Values;

    /// <summary>What a word that is not listed means; null when nothing.</summary>
    public Concept? Unmapped => _unmapped;

    /// <summary>Every code that a word may come to.</summary>
    public IEnumerable<Concept> Meanings => (_unmapped is null ? _exact.Values : _exact.Values.Append(_unmapped)).Distinct();

    /// <summary>
    /// Reads a ConceptMap from JSON: as JSON, since the program reads its maps before it is ready, and the SDK's first reading of a
    /// resource
    /// takes half a second.
    /// </summary>
    /// <exception cref="MappingException">The map lacks what a code map needs.</exception>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static CodeMap Parse(ReadOnlySpan<byte> json) => new(JsonElement.Parse(json));

    /// <summary>The code of a word: as written, else whatever its case, else what the map says of unlisted words; null for none.</summary>
    public Concept? Find(string word) => FindListed(word) ?? _unmapped;

    /// <summary>The code of a word that the map lists.</summary>
    public Concept? FindListed(string word) => _exact.GetValueOrDefault(word) ?? _anyCase.GetValueOrDefault(word);

    private void Add(JsonElement element, string system)
    {
        if (Text(element, "code") is not { } word) return;
        var targets = Items(element, "target").ToList();
        var meant = targets.Find(target => ConceptOf(target, system) is not null && Holds(Text(target, "equivalence")));
        var told = meant.ValueKind == JsonValueKind.Undefined ? targets.FirstOrDefault() : meant;
        var meaning = meant.ValueKind == JsonValueKind.Undefined ? null : ConceptOf(meant, system);
        var comment = told.ValueKind == JsonValueKind.Undefined ? null : Text(told, "comment");
        if (!_words.TryAdd(word, new MappedWord(word, Text(element, "display"), meaning, comment)))
            throw new MappingException($"The concept map {Id} lists the word \"{word}\" twice.");
        if (meaning is null) return;
        _exact.Add(word, meaning);
        _anyCase.TryAdd(word, meaning);
    }

    private static Concept? ConceptOf(JsonElement json, string system) =>
        Text(json, "code") is { } code ? new Concept(system, code, Display: Text(json, "display")) : null;

    private static bool Holds(string? equivalence) => equivalence is "equal" or "equivalent" or "wider" or "subsumes";

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var text) ? text.GetString() : null;

    private static IEnumerable<JsonElement> Items(JsonElement json, string name) =>
        json.TryGetProperty(name, out var items) ? items.EnumerateArray() : Enumerable.Empty<JsonElement>();
}
