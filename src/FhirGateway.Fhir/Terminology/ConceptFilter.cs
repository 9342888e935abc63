using System.Text.RegularExpressions;

namespace FhirGateway.Fhir.Terminology;

/// <summary>A filter of a value set over a code system's concepts (http://hl7.org/fhir/R4/valueset-filter-operator.html).</summary>
internal sealed record ConceptFilter(string Property, string Operator, string Value)
{
    /// <summary>Null when the operator, or the property, is not known for a local code system.</summary>
    public bool? Accepts(CodeConcept concept, CodeSystemIndex system) => Operator switch
    {
        "is-a" => system.IsA(concept.Code, Value),
        "descendent-of" => concept.Code != Value && system.IsA(concept.Code, Value),
        "is-not-a" => !system.IsA(concept.Code, Value),
        "generalizes" => system.IsA(Value, concept.Code),
        "=" => Values(concept)?.Contains(Value),
        "in" => Values(concept)?.Any(value => Value.Split(',', StringSplitOptions.TrimEntries).Contains(value)),
        "not-in" => Values(concept)?.Any(value => Value.Split(',', StringSplitOptions.TrimEntries).Contains(value)) == false,
        "exists" => (Values(concept)?.Count > 0) == (Value == "true"),
        "regex" => Matches(concept),
        _ => null,
    };

    private IReadOnlyList<string>? Values(CodeConcept concept) => Property switch
    {
        "code" or "concept" => [concept.Code],
        "display" => concept.Display is null ? [] : [concept.Display],
        "parent" => concept.Parents,
        _ => concept.Properties.GetValueOrDefault(Property) ?? [],
    };

    private bool? Matches(CodeConcept concept)
    {
        try
        {
            // Non-backtracking: a value set comes from elsewhere, and its expression must not be able to hang us.
            return Values(concept)?.Any(value => Regex.IsMatch(value, $"^(?:{Value})$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant));
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }
}
