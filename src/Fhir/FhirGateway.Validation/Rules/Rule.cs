using FhirGateway.Validation.Schemas;
using FhirGateway.Validation.Walking;

namespace FhirGateway.Validation.Rules;

/// <summary>One thing a definition demands of an element. A value: a compiled definition can be listed as its rules.</summary>
internal abstract class Rule
{
    /// <summary>Short name for reports: a word, or an invariant's key.</summary>
    public abstract string Name { get; }

    /// <summary>What it demands, in a line.</summary>
    public abstract string Describe();

    /// <summary>Checks one element and reports what fails; <paramref name="schema"/> is the element definition that demands it.</summary>
    public abstract void Check(Focus focus, ElementSchema schema, ValidationRun run);
}
