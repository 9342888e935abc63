using System.Text.Json;
using FhirGateway.Json;

namespace FhirGateway.Validation.Terminology;

/// <summary>A ConceptMap resource, its elements found by code.</summary>
internal sealed class CompiledConceptMap
{
    public CompiledConceptMap(string canonical, JsonElement map) =>
        Groups = [.. map.Items("group").Select(group => new ConceptMapGroup(canonical, group))];

    public IReadOnlyList<ConceptMapGroup> Groups { get; }
}

/// <summary>A group of a ConceptMap: from one system to another.</summary>
internal sealed class ConceptMapGroup
{
    private readonly Dictionary<string, List<CodeTranslation>> _byCode = new(StringComparer.Ordinal);

    public ConceptMapGroup(string canonical, JsonElement group)
    {
        Source = group.Text("source");
        Target = group.Text("target");
        Unmapped = group.Member("unmapped");
        foreach (var element in group.Items("element"))
        {
            if (element.Text("code") is not { } code) continue;
            if (!_byCode.TryGetValue(code, out var targets)) _byCode[code] = targets = [];
            targets.AddRange(element.Items("target").Select(target => new CodeTranslation(
                target.Text("equivalence") ?? "equivalent", Target, target.Text("code"), target.Text("display"), canonical)));
        }
    }

    /// <summary>The system of the codes; null when the map leaves it out.</summary>
    public string? Source { get; }

    public string? Target { get; }

    /// <summary>What becomes of a code that no group lists; null when nothing is said.</summary>
    public JsonElement? Unmapped { get; }

    public IReadOnlyList<CodeTranslation> Find(string code) => _byCode.GetValueOrDefault(code) ?? [];
}
