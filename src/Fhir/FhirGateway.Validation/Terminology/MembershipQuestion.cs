using FhirGateway.FhirPath;

namespace FhirGateway.Validation.Terminology;

/// <summary>
/// Is this code in that value set? Value sets are built of others, often of the same ones in several ways, and at times of
/// themselves: each is asked once.
/// </summary>
/// <param name="system">The code's system; null for a plain code, which any of the set's systems may have.</param>
/// <param name="budget">How many parts of value sets, and ancestors of the code, may be looked at.</param>
internal sealed class MembershipQuestion(TerminologyStore store, string? system, string code, WorkBudget budget)
{
    private const int MaxNesting = 64;
    private static readonly CodeAnswer TooMuch = CodeAnswer.Unknown("it takes too much looking up");

    private Dictionary<string, CodeAnswer>? _answers;

    public CodeAnswer Ask(string canonical) => Judge(canonical, canonical, 0);

    // While a value set is being judged, including it again adds nothing; what else is included still counts.
    private CodeAnswer AskNested(string canonical, string within, int nesting)
    {
        if (nesting > MaxNesting) return CodeAnswer.Unknown($"the value set {canonical} is nested too deeply");
        _answers ??= new(StringComparer.Ordinal) { [within] = Circular(within) };
        if (_answers.TryGetValue(canonical, out var known)) return known;
        _answers[canonical] = Circular(canonical);
        return _answers[canonical] = Judge(canonical, canonical, nesting);
    }

    private static CodeAnswer Circular(string canonical) => CodeAnswer.Unknown($"the value set {canonical} includes itself");

    private CodeAnswer Judge(string canonical, string within, int nesting)
    {
        if (store.ValueSet(canonical) is not { } valueSet) return Implicit(canonical) ?? CodeAnswer.Unknown(store.WhyNoValueSet(canonical));
        if (valueSet.Includes.Count == 0) return CodeAnswer.Unknown($"the value set {canonical} does not say what it includes");
        var answer = Any(valueSet.Includes, within, nesting) ?? CodeAnswer.No($"'{code}' is not in it");
        if (answer.Membership == Membership.No || valueSet.Excludes.Count == 0) return answer;
        return Any(valueSet.Excludes, within, nesting) switch
        {
            { Membership: Membership.Yes } => CodeAnswer.No($"'{code}' is excluded from it"),
            { Membership: Membership.Unknown } unknown => unknown,
            _ => answer,
        };
    }

    // http://…?fhir_vs is "all codes of that system"; SNOMED CT's other forms need the system itself.
    private CodeAnswer? Implicit(string canonical)
    {
        const string suffix = "?fhir_vs";
        if (!canonical.EndsWith(suffix, StringComparison.Ordinal)) return null;
        var url = canonical[..^suffix.Length];
        return system is not null && system != url ? CodeAnswer.No($"it holds codes of {url} only") : store.CheckSystem(url, code);
    }

    private CodeAnswer? Any(IReadOnlyList<ValueSetPart> parts, string within, int nesting)
    {
        CodeAnswer? unknown = null;
        foreach (var part in parts)
        {
            if (!budget.Charge(1)) return TooMuch;
            var answer = Judge(part, within, nesting);
            if (answer.Membership == Membership.Yes) return answer;
            if (answer.Membership == Membership.Unknown) unknown ??= answer;
        }

        return unknown;
    }

    private CodeAnswer Judge(ValueSetPart part, string within, int nesting)
    {
        if (part.System is null && part.ValueSets.Count == 0)
        {
            return CodeAnswer.Unknown($"a part of the value set {within} names neither a code system nor a value set");
        }

        var answer = part.System is null ? CodeAnswer.Yes : OfSystem(part);
        foreach (var nested in part.ValueSets)
        {
            if (answer.Membership == Membership.No) return answer;
            if (!budget.Charge(1)) return TooMuch;
            var inner = AskNested(nested, within, nesting + 1);
            if (inner.Membership != Membership.Yes) answer = inner;
        }

        return answer;
    }

    private CodeAnswer OfSystem(ValueSetPart part)
    {
        if (system is not null && system != part.System) return CodeAnswer.No("another system");
        var known = store.System(part.System!);
        if (part.Codes is { } codes)
        {
            if (codes.TryGetValue(code, out var display))
            {
                return new CodeAnswer(Membership.Yes, null, display ?? known?.Find(code)?.Display);
            }

            return known is { IsCaseSensitive: false } && part.HasInAnyCase(code) ? CodeAnswer.Yes : CodeAnswer.No("not listed");
        }

        if (part.Filters.Count == 0) return store.CheckSystem(part.System!, code);
        if (known is null) return CodeAnswer.Unknown(store.WhyNoSystem(part.System!));
        if (known.Find(code) is not { } concept)
        {
            return known.IsComplete
                ? CodeAnswer.No("not in the code system")
                : CodeAnswer.Unknown($"of the code system {part.System} not all codes are available");
        }

        foreach (var filter in part.Filters)
        {
            switch (filter.Accepts(concept, known, budget))
            {
                case null: return CodeAnswer.Unknown($"the filter {filter} can't be evaluated");
                case false: return CodeAnswer.No("filtered out");
            }
        }

        return new CodeAnswer(Membership.Yes, null, concept.Display);
    }
}
