using System.Collections.Concurrent;
using FhirGateway.FhirPath.Types;
using FhirGateway.Validation.Rules;

namespace FhirGateway.Validation.Schemas;

/// <summary>Turns an element definition's words into rules. Equal invariants and bindings become one rule, so that several profiles that repeat one run it once.</summary>
internal static class RuleCompiler
{
    private static readonly ConcurrentDictionary<(string, string, string), InvariantRule> Invariants = new();
    private static readonly ConcurrentDictionary<ElementBinding, BindingRule> Bindings = new();

    /// <summary>All rules of a definition that stands alone.</summary>
    public static IReadOnlyList<Rule> Rules(StructureElement element, Structure structure) => Rules(element, structure, core: null);

    /// <summary>The rules a profile adds to what the core type says of the same element.</summary>
    public static IReadOnlyList<Rule> Rules(StructureElement element, Structure structure, StructureElement? core)
    {
        var rules = new List<Rule>();
        if (structure.IsConstraint && element.Path.Contains('.', StringComparison.Ordinal) && TypeRule.Of(element, core) is { } types) rules.Add(types);
        if (element.Fixed is { } fixedValue) rules.Add(new FixedValueRule(fixedValue));
        if (element.Pattern is { } pattern) rules.Add(new PatternRule(pattern));
        if (element.MinValue is { } least && R4Types.Type(least.Type) is not null) rules.Add(new ValueBoundRule(least, isMinimum: true));
        if (element.MaxValue is { } most && R4Types.Type(most.Type) is not null) rules.Add(new ValueBoundRule(most, isMinimum: false));
        if (element.MaxLength is { } length && !element.Path.EndsWith(".value", StringComparison.Ordinal)) rules.Add(new MaxLengthRule(length));
        if (element.Binding is { ValueSet: not null } or { MaxValueSet: not null } && element.Binding is { } binding && binding != core?.Binding) rules.Add(Bindings.GetOrAdd(binding, key => new BindingRule(key)));
        if (ReferenceTargetRule.Of(element, core) is { } targets) rules.Add(targets);
        if (AnyProfileRule.Of(element) is { } any) rules.Add(any);
        foreach (var constraint in element.Constraints)
        {
            if (constraint.Expression is null || constraint.Key == ElementPresence) continue;
            if (core?.Constraints.Any(known => known.Key == constraint.Key && known.Expression == constraint.Expression) == true) continue;
            if (IsOfAnotherType(constraint, structure)) continue;
            rules.Add(Invariants.GetOrAdd((constraint.Key, constraint.Expression, constraint.Severity), _ => new InvariantRule(constraint)));
        }

        return rules;
    }

    // ele-1 is checked by the walk itself: no empty object, array or string passes it.
    private const string ElementPresence = "ele-1";

    // Snapshots repeat the invariants of an element's type (ext-1 at every extension); those run with the type.
    private static bool IsOfAnotherType(ElementConstraint constraint, Structure structure) =>
        constraint.Source is { } source && source != structure.Url && structure.IsConstraint
        && R4Types.Type(source.Replace(R4Types.CoreBase, "", StringComparison.Ordinal)) is not null;
}
