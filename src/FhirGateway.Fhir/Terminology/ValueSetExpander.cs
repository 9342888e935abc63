namespace FhirGateway.Fhir.Terminology;

/// <summary>Lists the codes of a value set, as far as its code systems are at hand.</summary>
internal sealed class ValueSetExpander(TerminologyStore store, int max)
{
    private const int MaxNesting = 20;
    private readonly Dictionary<(string System, string Code), ExpandedCode> _codes = [];
    private readonly List<string> _missing = [];

    public Expansion Expand(string canonical)
    {
        Gather(canonical, 0);
        // Gathered generously, then judged as any code is: excludes, filters and intersections are said once.
        var members = new List<ExpandedCode>();
        foreach (var code in _codes.Values)
        {
            var answer = store.CheckValueSet(canonical, code.System, code.Code);
            if (answer.Membership == Membership.Yes) members.Add(code with { Display = code.Display ?? answer.Display });
            else if (answer.Membership == Membership.Unknown) Miss(answer.Reason!);
        }

        return new Expansion(members, _missing);
    }

    private void Gather(string canonical, int nesting)
    {
        if (nesting > MaxNesting)
        {
            Miss($"{canonical} includes itself, or nests too deep");
            return;
        }

        if (store.ValueSet(canonical) is not { } valueSet)
        {
            Miss($"the value set {canonical} is not available");
            return;
        }

        foreach (var part in valueSet.Includes) Gather(part, nesting);
    }

    private void Gather(ValueSetPart part, int nesting)
    {
        if (part.System is null)
        {
            foreach (var nested in part.ValueSets) Gather(nested, nesting + 1);
        }
        else if (part.Codes is { } codes)
        {
            foreach (var (code, display) in codes) Add(part.System, code, display);
        }
        else if (store.System(part.System) is { Concepts.Count: > 0 } system)
        {
            foreach (var concept in system.Concepts) Add(part.System, concept.Code, concept.Display);
            if (!system.IsComplete) Miss($"of the code system {part.System} not all codes are available");
        }
        else
        {
            Miss($"the code system {part.System} is not available as a list");
        }
    }

    private void Add(string system, string code, string? display)
    {
        if (_codes.Count < max) _codes.TryAdd((system, code), new ExpandedCode(system, code, display));
        else Miss($"only the first {max} codes were looked at");
    }

    private void Miss(string what)
    {
        if (!_missing.Contains(what)) _missing.Add(what);
    }
}
