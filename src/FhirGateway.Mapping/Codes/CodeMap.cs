using System.Text.Json;

namespace FhirGateway.Mapping.Codes;

/// <summary>
/// A vendor's words in standard codes: a FHIR ConceptMap kept as JSON in the vendor's folder. A word it lacks has no code;
/// a target counts only where its meaning holds for every use of the word (equal, equivalent, wider, subsumes).
/// </summary>
public sealed class CodeMap
{
    private readonly Dictionary<string, Concept> _exact = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Concept> _anyCase = new(StringComparer.OrdinalIgnoreCase);
    private readonly Concept? _unmapped;

    private CodeMap(JsonElement map)
    {
        Id = Text(map, "id") ?? throw new MappingException("A concept map needs an id.");
        foreach (var group in Items(map, "group"))
        {
            SourceSystem = Text(group, "source") ?? throw new MappingException($"The concept map {Id} has a group without a source.");
            var target = Text(group, "target") ?? throw new MappingException($"The concept map {Id} has a group without a target.");
            foreach (var element in Items(group, "element"))
            {
                var meant = Items(element, "target").FirstOrDefault(t => Text(t, "code") is not null && Holds(Text(t, "equivalence")));
                if (Text(element, "code") is not { } word || meant.ValueKind == JsonValueKind.Undefined) continue;
                var concept = new Concept(target, Text(meant, "code")!);
                if (!_exact.TryAdd(word, concept)) throw new MappingException($"The concept map {Id} lists the word \"{word}\" twice.");
                _anyCase.TryAdd(word, concept);
            }

            if (group.TryGetProperty("unmapped", out var unmapped)
                && Text(unmapped, "mode") == "fixed"
                && Text(unmapped, "code") is { } code)
                _unmapped = new Concept(target, code);
        }

        SourceSystem ??= GatewayUris.CodeSystem(Id);
    }

    /// <summary>The concept map's id, which is also its file's name.</summary>
    public string Id { get; }

    /// <summary>The code system of the vendor's own words.</summary>
    public string SourceSystem { get; }

    /// <summary>Every word with its code, as written in the file.</summary>
    public IReadOnlyDictionary<string, Concept> Codes => _exact;

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

    private static bool Holds(string? equivalence) => equivalence is "equal" or "equivalent" or "wider" or "subsumes";

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var text) ? text.GetString() : null;

    private static IEnumerable<JsonElement> Items(JsonElement json, string name) =>
        json.TryGetProperty(name, out var items) ? items.EnumerateArray() : Enumerable.Empty<JsonElement>();
}
