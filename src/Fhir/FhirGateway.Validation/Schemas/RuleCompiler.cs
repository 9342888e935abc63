using System.Collections.Concurrent;
using FhirGateway.FhirPath.Types;
using FhirGateway.Validation.Rules;

namespace FhirGateway.Validation.Schemas;

/// <summary>
/// Turns an element definition's words into rules. Equal invariants and bindings become one rule, so that several profiles that
/// repeat one run it once. They are kept as long as what they were compiled for: the release, or one validator's definitions.
/// </summary>
/// <param name="core">The release's types: what these state already is taken from there.</param>
internal sealed class RuleCompiler(CoreSchemas core)
{
    // ele-1 is checked by the walk itself: no empty object, array or string passes it.
    private const string ElementPresence = "ele-1";

    private readonly ConcurrentDictionary<(string Key, string Expression, string Severity), InvariantRule> _invariants = new();
    private readonly ConcurrentDictionary<ElementBinding, BindingRule> _bindings = new();

    /// <summary>The rules of an element of a definition.</summary>
    /// <param name="known">
    /// What the core type says of the same element, which is checked anyway; null when the definition stands alone.
    /// </param>
    public Rule[] Rules(StructureElement element, Structure structure, StructureElement? known = null)
    {
        var rules = new List<Rule>();
        if (structure.IsConstraint && element.Path.Contains('.', StringComparison.Ordinal) && TypeRule.Of(element, known) is { } types)
        {
            rules.Add(types);
        }

        AddValueRules(element, rules);
        if (element.Binding is { } binding && binding is not { ValueSet: null, MaxValueSet: null } && binding != known?.Binding)
        {
            rules.Add(Binding(binding));
        }

        if (ReferenceTargetRule.Of(element, known) is { } targets) rules.Add(targets);
        if (AnyProfileRule.Of(element) is { } any) rules.Add(any);
        foreach (var constraint in element.Constraints)
        {
            if (constraint.Expression is not { } expression || constraint.Key == ElementPresence) continue;
            if (known?.Constraints.Any(other => other.Key == constraint.Key && other.Expression == expression) == true) continue;
            if (!IsOfAnotherType(constraint, structure)) rules.Add(Invariant(constraint, expression, element));
        }

        return [.. rules];
    }

    private static void AddValueRules(StructureElement element, List<Rule> rules)
    {
        if (element.Fixed is { } fixedValue) rules.Add(new FixedValueRule(fixedValue));
        if (element.Pattern is { } pattern) rules.Add(new PatternRule(pattern));
        if (element.MinValue is { } least && R4Types.Type(least.Type) is not null) rules.Add(new ValueBoundRule(least, isMinimum: true));
        if (element.MaxValue is { } most && R4Types.Type(most.Type) is not null) rules.Add(new ValueBoundRule(most, isMinimum: false));
        if (element.MaxLength is { } length && !element.Path.EndsWith(".value", StringComparison.Ordinal))
        {
            rules.Add(new MaxLengthRule(length));
        }
    }

    private BindingRule Binding(ElementBinding binding) =>
        core.Rules._bindings.GetValueOrDefault(binding) ?? _bindings.GetOrAdd(binding, key => new BindingRule(key));

    private InvariantRule Invariant(ElementConstraint constraint, string expression, StructureElement element)
    {
        var key = (constraint.Key, expression, constraint.Severity);
        if (core.Rules != this)
        {
            // A snapshot may repeat what the element's type states, which runs beside it: both must be one rule.
            foreach (var type in element.Types) core.Type(type.Code);
            if (core.Rules._invariants.TryGetValue(key, out var known)) return known;
        }

        return _invariants.GetOrAdd(key, _ => new InvariantRule(constraint));
    }

    // Snapshots repeat the invariants of an element's type (ext-1 at every extension); those run with the type.
    private static bool IsOfAnotherType(ElementConstraint constraint, Structure structure) =>
        constraint.Source is { } source && source != structure.Url && structure.IsConstraint
        && R4Types.Type(source.Replace(R4Types.CoreBase, "", StringComparison.Ordinal)) is not null;
}
