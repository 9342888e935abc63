using System.Collections.Concurrent;
using FhirGateway.Fhir.Definitions;

namespace FhirGateway.Fhir.Terminology;

/// <summary>
/// Answers questions about codes from the code systems and value sets at hand: R4's own, and those of packages. Thread-safe.
/// </summary>
public sealed class TerminologyStore(DefinitionSet definitions)
{
    // Systems' urls come from instances, so what is not known is not remembered without end.
    private const int MaxRemembered = 20_000;
    private const int MaxNesting = 20;

    private readonly ConcurrentDictionary<string, CodeSystemIndex?> _systems = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, CompiledValueSet?> _valueSets = new(StringComparer.Ordinal);

    /// <summary>A code system by url; null when it is not here.</summary>
    public CodeSystemIndex? System(string url)
    {
        if (_systems.TryGetValue(url, out var known)) return known;
        var system = definitions.CodeSystem(url) is { } json ? new CodeSystemIndex(json) : null;
        if (system is not null || _systems.Count < MaxRemembered) _systems[url] = system;
        return system;
    }

    /// <summary>Whether a value set is here at all.</summary>
    public bool Knows(string valueSet) => ValueSet(valueSet) is not null;

    /// <summary>A value set's name for readers; its url when it has none, or is unknown.</summary>
    public string TitleOf(string valueSet) => ValueSet(valueSet)?.Title ?? valueSet;

    /// <summary>Whether a system has a code.</summary>
    public CodeAnswer CheckSystem(string system, string code)
    {
        if (System(system) is not { } known) return ImplicitCodeSystems.Check(system, code) ?? CodeAnswer.Unknown($"the code system {system} is not available");
        if (known.Find(code) is { } concept) return new CodeAnswer(Membership.Yes, null, concept.Display);
        if (known.IsComplete) return CodeAnswer.No($"{system} has no code '{code}'");
        return ImplicitCodeSystems.Check(system, code) ?? CodeAnswer.Unknown($"of the code system {system} not all codes are available");
    }

    /// <summary>Whether a value set contains a code.</summary>
    /// <param name="valueSet">Canonical, with or without version.</param>
    /// <param name="system">The code's system; null for a plain code, which any of the set's systems may have.</param>
    public CodeAnswer CheckValueSet(string valueSet, string? system, string code) => Check(valueSet, system, code, 0);

    /// <summary>The codes of a value set, as far as they can be listed.</summary>
    /// <param name="max">How many codes are looked at before giving up.</param>
    public Expansion Expand(string valueSet, int max = 50_000) => new ValueSetExpander(this, max).Expand(valueSet);

    internal CompiledValueSet? ValueSet(string canonical)
    {
        if (_valueSets.TryGetValue(canonical, out var known)) return known;
        var valueSet = definitions.ValueSet(canonical) is { } json ? new CompiledValueSet(json) : null;
        if (valueSet is not null || _valueSets.Count < MaxRemembered) _valueSets[canonical] = valueSet;
        return valueSet;
    }

    private CodeAnswer Check(string canonical, string? system, string code, int nesting)
    {
        if (nesting > MaxNesting) return CodeAnswer.Unknown($"the value set {canonical} includes itself, or nests too deep");
        if (ValueSet(canonical) is not { } valueSet) return ImplicitValueSet(canonical, system, code) ?? CodeAnswer.Unknown($"the value set {canonical} is not available");
        if (valueSet.Includes.Count == 0) return CodeAnswer.Unknown($"the value set {canonical} does not say what it includes");
        var answer = Any(valueSet.Includes, system, code, nesting) ?? CodeAnswer.No($"'{code}' is not in it");
        if (answer.Membership == Membership.No || valueSet.Excludes.Count == 0) return answer;
        return Any(valueSet.Excludes, system, code, nesting) switch
        {
            { Membership: Membership.Yes } => CodeAnswer.No($"'{code}' is excluded from it"),
            { Membership: Membership.Unknown } unknown => unknown,
            _ => answer,
        };
    }

    // http://…?fhir_vs is "all codes of that system"; SNOMED CT's other forms need the system itself.
    private CodeAnswer? ImplicitValueSet(string canonical, string? system, string code)
    {
        const string suffix = "?fhir_vs";
        if (!canonical.EndsWith(suffix, StringComparison.Ordinal)) return null;
        var url = canonical[..^suffix.Length];
        return system is not null && system != url ? CodeAnswer.No($"it holds codes of {url} only") : CheckSystem(url, code);
    }

    private CodeAnswer? Any(IReadOnlyList<ValueSetPart> parts, string? system, string code, int nesting)
    {
        CodeAnswer? unknown = null;
        foreach (var part in parts)
        {
            var answer = Check(part, system, code, nesting);
            if (answer.Membership == Membership.Yes) return answer;
            if (answer.Membership == Membership.Unknown) unknown ??= answer;
        }

        return unknown;
    }

    private CodeAnswer Check(ValueSetPart part, string? system, string code, int nesting)
    {
        var answer = part.System is null ? CodeAnswer.Yes : CheckSystemPart(part, system, code);
        foreach (var nested in part.ValueSets)
        {
            if (answer.Membership == Membership.No) return answer;
            var inner = Check(nested, system, code, nesting + 1);
            if (inner.Membership != Membership.Yes) answer = inner;
        }

        return answer;
    }

    private CodeAnswer CheckSystemPart(ValueSetPart part, string? system, string code)
    {
        if (system is not null && system != part.System) return CodeAnswer.No("another system");
        var known = System(part.System!);
        if (part.Codes is { } codes)
        {
            if (codes.TryGetValue(code, out var display)) return new CodeAnswer(Membership.Yes, null, display ?? known?.Find(code)?.Display);
            if (known is not { IsCaseSensitive: false }) return CodeAnswer.No("not listed");
            return codes.Keys.Any(listed => string.Equals(listed, code, StringComparison.OrdinalIgnoreCase)) ? CodeAnswer.Yes : CodeAnswer.No("not listed");
        }

        if (part.Filters.Count == 0) return CheckSystem(part.System!, code);
        if (known is null) return CodeAnswer.Unknown($"the code system {part.System} is not available");
        if (known.Find(code) is not { } concept) return known.IsComplete ? CodeAnswer.No("not in the code system") : CodeAnswer.Unknown($"of the code system {part.System} not all codes are available");
        foreach (var filter in part.Filters)
        {
            switch (filter.Accepts(concept, known))
            {
                case null: return CodeAnswer.Unknown($"the filter {filter.Property} {filter.Operator} {filter.Value} can't be evaluated");
                case false: return CodeAnswer.No("filtered out");
            }
        }

        return new CodeAnswer(Membership.Yes, null, concept.Display);
    }
}
