using FhirGateway.Validation.Instances;

namespace FhirGateway.Validation.Rules;

/// <summary>One thing a definition demands of an element. A value: a compiled definition can be listed as its rules.</summary>
internal abstract class Rule
{
    /// <summary>What it demands, in a line.</summary>
    public abstract string Describe();

    /// <summary>Checks one element and reports what fails.</summary>
    /// <param name="demandedBy">Canonical of the definition that demands it.</param>
    public abstract void Check(Focus focus, string demandedBy, RuleRun run);
}
