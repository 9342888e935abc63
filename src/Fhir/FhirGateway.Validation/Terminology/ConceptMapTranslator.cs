using System.Collections.Concurrent;
using FhirGateway.Json;
using FhirGateway.Validation.Definitions;

namespace FhirGateway.Validation.Terminology;

/// <summary>
/// Translates codes by the ConceptMaps of a <see cref="DefinitionSet"/> (http://hl7.org/fhir/R4/conceptmap.html). Thread-safe.
/// </summary>
public sealed class ConceptMapTranslator(DefinitionSet definitions)
{
    private const int MaxOtherMaps = 10;
    private readonly ConcurrentDictionary<string, CompiledConceptMap> _maps = new(StringComparer.Ordinal);

    /// <summary>The targets of a code, in the map's order; empty when the map says nothing of it.</summary>
    /// <param name="map">The map's canonical.</param>
    /// <param name="system">The code's system; null looks in every group.</param>
    /// <exception cref="KeyNotFoundException">The map is unknown.</exception>
    /// <exception cref="DefinitionException">The map, or another it sends to, can't be read.</exception>
    public IReadOnlyList<CodeTranslation> Translate(string map, string? system, string code) =>
        Translate(map, system, code, [])
            ?? throw new KeyNotFoundException($"The ConceptMap {map} is not available: add the package that holds it.");

    private List<CodeTranslation>? Translate(string canonical, string? system, string code, HashSet<string> asked)
    {
        if (Map(canonical) is not { } map) return null;
        asked.Add(canonical);
        var groups = map.Groups.Where(group => system is null || group.Source is null || group.Source == system).ToList();
        List<CodeTranslation> found = [.. groups.SelectMany(group => group.Find(code))];
        // What a group does with codes it does not list counts only when no group lists the code.
        return found.Count > 0 ? found : [.. groups.SelectMany(group => Unmapped(group, canonical, system, code, asked))];
    }

    private List<CodeTranslation> Unmapped(ConceptMapGroup group, string map, string? system, string code, HashSet<string> asked)
    {
        if (group.Unmapped is not { } unmapped) return [];
        return unmapped.Text("mode") switch
        {
            "provided" => [new CodeTranslation("equal", group.Target, code, null, map)],
            "fixed" => [new CodeTranslation("inexact", group.Target, unmapped.Text("code"), unmapped.Text("display"), map)],
            // Each map is asked once: maps that send to each other would go round for ever.
            "other-map" when unmapped.Text("url") is { } other
                && asked.Count <= MaxOtherMaps
                && !asked.Contains(other) => Translate(other, system, code, asked) ?? [],
            _ => [],
        };
    }

    private CompiledConceptMap? Map(string canonical)
    {
        if (_maps.TryGetValue(canonical, out var known)) return known;
        return definitions.Resource("ConceptMap", canonical) is { } json
            ? _maps.GetOrAdd(canonical, new CompiledConceptMap(canonical, json))
            : null;
    }
}
