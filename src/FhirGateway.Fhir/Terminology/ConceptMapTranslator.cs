using System.Text.Json;
using FhirGateway.Fhir.Definitions;

namespace FhirGateway.Fhir.Terminology;

/// <summary>Translates codes by the ConceptMaps of a <see cref="DefinitionSet"/> (http://hl7.org/fhir/R4/conceptmap.html).</summary>
public sealed class ConceptMapTranslator(DefinitionSet definitions)
{
    private const int MaxOtherMaps = 10;

    /// <summary>The targets of a code, in the map's order; empty when the map says nothing of it.</summary>
    /// <param name="map">The map's canonical.</param>
    /// <param name="system">The code's system; null looks in every group.</param>
    /// <exception cref="KeyNotFoundException">The map is unknown.</exception>
    public IReadOnlyList<CodeTranslation> Translate(string map, string? system, string code) =>
        Translate(map, system, code, 0) ?? throw new KeyNotFoundException($"The ConceptMap {map} is not available: add the package that holds it.");

    private List<CodeTranslation>? Translate(string map, string? system, string code, int others)
    {
        if (definitions.Resource("ConceptMap", map) is not { } json) return null;
        var found = new List<CodeTranslation>();
        var groups = json.Items("group").Where(group => system is null || group.Text("source") is not { } source || source == system).ToList();
        foreach (var group in groups)
        {
            foreach (var element in group.Items("element").Where(element => element.Text("code") == code))
            {
                found.AddRange(element.Items("target").Select(target => new CodeTranslation(target.Text("equivalence") ?? "equivalent", group.Text("target"), target.Text("code"), target.Text("display"), map)));
            }
        }

        // What a group does with codes it does not list counts only when no group lists the code.
        return found.Count > 0 ? found : [.. groups.SelectMany(group => Unmapped(group, map, system, code, others))];
    }

    private List<CodeTranslation> Unmapped(JsonElement group, string map, string? system, string code, int others)
    {
        if (group.Member("unmapped") is not { } unmapped) return [];
        return unmapped.Text("mode") switch
        {
            "provided" => [new CodeTranslation("equal", group.Text("target"), code, null, map)],
            "fixed" => [new CodeTranslation("inexact", group.Text("target"), unmapped.Text("code"), unmapped.Text("display"), map)],
            // Maps that send to each other would go round for ever.
            "other-map" when unmapped.Text("url") is { } other && others < MaxOtherMaps => Translate(other, system, code, others + 1) ?? [],
            _ => [],
        };
    }
}
