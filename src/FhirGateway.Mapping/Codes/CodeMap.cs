using FhirGateway.Fhir.Model;
using FhirGateway.Fhir.Serialization;

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

    private CodeMap(ConceptMap map)
    {
        Id = map.Id ?? throw new InvalidOperationException("A concept map needs an id.");
        foreach (var group in map.Group)
        {
            SourceSystem = group.Source ?? throw new InvalidOperationException($"{Id}: every group needs a source.");
            foreach (var element in group.Element)
            {
                var meant = element.Target.Find(t => t.Code is not null && Holds(t.Equivalence));
                if (element.Code is null || meant is null) continue;
                var concept = new Concept(group.Target!, meant.Code!);
                _exact.Add(element.Code, concept);
                _anyCase.TryAdd(element.Code, concept);
            }

            if (group.Unmapped is { Mode: ConceptMap.ConceptMapGroupUnmappedMode.Fixed, Code: { } code }) _unmapped = new Concept(group.Target!, code);
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

    /// <summary>Reads a ConceptMap from JSON.</summary>
    public static CodeMap Parse(ReadOnlySpan<byte> json) => new(FhirJsonDeserializer.Deserialize<ConceptMap>(json));

    /// <summary>The code of a word: as written, else whatever its case, else what the map says of unlisted words; null for none.</summary>
    public Concept? Find(string word) => FindListed(word) ?? _unmapped;

    /// <summary>The code of a word that the map lists.</summary>
    public Concept? FindListed(string word) => _exact.GetValueOrDefault(word) ?? _anyCase.GetValueOrDefault(word);

    private static bool Holds(ConceptMap.ConceptMapEquivalence? equivalence) => equivalence
        is ConceptMap.ConceptMapEquivalence.Equal or ConceptMap.ConceptMapEquivalence.Equivalent or ConceptMap.ConceptMapEquivalence.Wider or ConceptMap.ConceptMapEquivalence.Subsumes;
}
