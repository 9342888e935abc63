using FhirGateway.FhirPath;

namespace FhirGateway.Validation.Terminology;

/// <summary>Lists the codes of a value set, as far as its code systems are at hand.</summary>
internal sealed class ValueSetExpander(TerminologyStore store, int max)
{
    private const int MaxNesting = 64;
    private const int MaxMissing = 1_000;

    // What judging fifty thousand codes by a value set of many parts, or a deep hierarchy, may take: some seconds.
    private const long MaxLookedAt = 20_000_000;

    private readonly WorkBudget _budget = new(MaxLookedAt);
    private readonly Dictionary<(string System, string Code), ExpandedCode> _codes = [];
    private readonly HashSet<string> _gathered = new(StringComparer.Ordinal);
    private readonly HashSet<string> _open = new(StringComparer.Ordinal);
    private readonly List<string> _missing = [];
    private readonly HashSet<string> _missed = new(StringComparer.Ordinal);

    public Expansion Expand(string canonical)
    {
        Gather(canonical, 0);
        // First gathered generously, then judged as any code is, so that excludes, filters and intersections are written once.
        var members = new List<ExpandedCode>();
        foreach (var code in _codes.Values)
        {
            var answer = new MembershipQuestion(store, code.System, code.Code, _budget).Ask(canonical);
            if (answer.Membership == Membership.Yes) members.Add(code with { Display = code.Display ?? answer.Display });
            else if (answer.Membership == Membership.Unknown) Miss(answer.Reason!);
            if (_budget.Left == 0) break;
        }

        return new Expansion(members, _missing);
    }

    private void Gather(string canonical, int nesting)
    {
        if (_open.Contains(canonical)) Miss($"the value set {canonical} includes itself");
        // One that is included in several ways is gathered once.
        if (!_gathered.Add(canonical)) return;
        if (nesting > MaxNesting)
        {
            Miss($"the value set {canonical} is nested too deeply");
            return;
        }

        if (store.ValueSet(canonical) is not { } valueSet)
        {
            Miss(store.WhyNoValueSet(canonical));
            return;
        }

        _open.Add(canonical);
        foreach (var part in valueSet.Includes) Gather(part, nesting);
        _open.Remove(canonical);
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
        if (_missing.Count < MaxMissing && _missed.Add(what)) _missing.Add(what);
    }
}
