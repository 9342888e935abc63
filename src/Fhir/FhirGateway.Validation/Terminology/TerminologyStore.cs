using System.Collections.Concurrent;
using System.Text.Json;
using FhirGateway.FhirPath;
using FhirGateway.Validation.Definitions;

namespace FhirGateway.Validation.Terminology;

/// <summary>
/// Answers questions about codes from the code systems and value sets at hand: R4's own, and those of packages. Thread-safe.
/// </summary>
public sealed class TerminologyStore(DefinitionSet definitions)
{
    // Systems' urls come from instances, so what is not known is not remembered without end.
    private const int MaxRemembered = 20_000;
    private const int MaxRememberedLength = 1_000;

    // Parts of value sets, and ancestors, that one question may look at.
    private const int MaxLookedAt = 200_000;

    private readonly ConcurrentDictionary<string, CodeSystemIndex?> _systems = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, CompiledValueSet?> _valueSets = new(StringComparer.Ordinal);

    /// <summary>A code system by url; null when it is not here.</summary>
    public CodeSystemIndex? System(string url)
    {
        if (!DefinitionSet.IsPossible(url)) return null;
        if (_systems.TryGetValue(url, out var known)) return known;
        var system = Read(url, definitions.CodeSystem, static json => new CodeSystemIndex(json));
        if (system is not null || IsWorthRemembering(url, _systems.Count)) _systems[url] = system;
        return system;
    }

    /// <summary>Whether a value set is here at all.</summary>
    public bool Knows(string valueSet) => ValueSet(valueSet) is not null;

    /// <summary>A value set's name for readers; its url when it has none, or is unknown.</summary>
    public string TitleOf(string valueSet) => ValueSet(valueSet)?.Title ?? valueSet;

    /// <summary>Whether a system has a code.</summary>
    public CodeAnswer CheckSystem(string system, string code)
    {
        if (System(system) is not { } known) return ImplicitCodeSystems.Check(system, code) ?? CodeAnswer.Unknown(WhyNoSystem(system));
        if (known.Find(code) is { } concept) return new CodeAnswer(Membership.Yes, null, concept.Display);
        if (known.IsComplete) return CodeAnswer.No($"{system} has no code '{code}'");
        return ImplicitCodeSystems.Check(system, code) ?? CodeAnswer.Unknown($"of the code system {system} not all codes are available");
    }

    /// <summary>Whether a value set contains a code.</summary>
    /// <param name="valueSet">Canonical, with or without version.</param>
    /// <param name="system">The code's system; null for a plain code, which any of the set's systems may have.</param>
    public CodeAnswer CheckValueSet(string valueSet, string? system, string code) =>
        new MembershipQuestion(this, system, code, new WorkBudget(MaxLookedAt)).Ask(valueSet);

    /// <summary>
    /// Whether a code lies below another of its system, or is the same; null when the system does not have both, or it takes too much
    /// looking up.
    /// </summary>
    public bool? Subsumes(string system, string ancestor, string code) =>
        System(system) is { } known && known.Find(ancestor) is not null && known.Find(code) is not null
            ? known.IsA(code, ancestor, new WorkBudget(MaxLookedAt))
            : null;

    /// <summary>The codes of a value set, as far as they can be listed.</summary>
    /// <param name="max">How many codes are looked at before giving up.</param>
    public Expansion Expand(string valueSet, int max = 50_000) => new ValueSetExpander(this, max).Expand(valueSet);

    internal CompiledValueSet? ValueSet(string canonical)
    {
        if (!DefinitionSet.IsPossible(canonical)) return null;
        if (_valueSets.TryGetValue(canonical, out var known)) return known;
        var valueSet = Read(canonical, definitions.ValueSet, static json => new CompiledValueSet(json));
        if (valueSet is not null || IsWorthRemembering(canonical, _valueSets.Count)) _valueSets[canonical] = valueSet;
        return valueSet;
    }

    /// <summary>Why a code system is not here: unknown, or unreadable.</summary>
    internal string WhyNoSystem(string url) => Why(url, "the code system", definitions.CodeSystem);

    /// <summary>Why a value set is not here: unknown, or unreadable.</summary>
    internal string WhyNoValueSet(string canonical) => Why(canonical, "the value set", definitions.ValueSet);

    private static string Why(string canonical, string what, Func<string, JsonElement?> find)
    {
        try
        {
            find(canonical);
            return $"{what} {canonical} is not available";
        }
        catch (DefinitionException error)
        {
            return error.Message;
        }
    }

    private static T? Read<T>(string canonical, Func<string, JsonElement?> find, Func<JsonElement, T> read)
        where T : class
    {
        try
        {
            return find(canonical) is { } json ? read(json) : null;
        }
        catch (DefinitionException)
        {
            // Unreadable is as good as not here, but for the reason.
            return null;
        }
    }

    private static bool IsWorthRemembering(string canonical, int known) => known < MaxRemembered && canonical.Length <= MaxRememberedLength;
}
