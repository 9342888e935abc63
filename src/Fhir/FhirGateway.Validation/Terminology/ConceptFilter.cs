using System.Text.RegularExpressions;
using FhirGateway.FhirPath;

namespace FhirGateway.Validation.Terminology;

/// <summary>A filter of a value set over a code system's concepts (http://hl7.org/fhir/R4/valueset-filter-operator.html).</summary>
internal sealed class ConceptFilter
{
    // A value set comes from elsewhere, and its expression must not be able to hang us: matched without backtracking.
    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;
    private const int MaxPattern = 10_000;
    private static readonly TimeSpan MatchTime = TimeSpan.FromSeconds(1);

    private readonly string _property;
    private readonly string _operator;
    private readonly string _value;
    private readonly Lazy<HashSet<string>> _values;
    private readonly Lazy<Regex?> _regex;

    public ConceptFilter(string property, string @operator, string value)
    {
        _property = property;
        _operator = @operator;
        _value = value;
        _values = new(() => new HashSet<string>(value.Split(',', StringSplitOptions.TrimEntries), StringComparer.Ordinal));
        _regex = new(() => Compiled(value));
    }

    /// <summary>
    /// Null when the operator, or the property, is not known for a local code system, or when it takes too much looking up.
    /// </summary>
    public bool? Accepts(CodeConcept concept, CodeSystemIndex system, WorkBudget budget) => _operator switch
    {
        "is-a" => system.IsA(concept.Code, _value, budget),
        "descendent-of" => concept.Code == _value ? false : system.IsA(concept.Code, _value, budget),
        "is-not-a" => !system.IsA(concept.Code, _value, budget),
        "generalizes" => system.IsA(_value, concept.Code, budget),
        "=" => Values(concept).Contains(_value),
        "in" => Values(concept).Any(_values.Value.Contains),
        "not-in" => !Values(concept).Any(_values.Value.Contains),
        "exists" => (Values(concept).Count > 0) == (_value == "true"),
        "regex" => Matches(concept),
        _ => null,
    };

    public override string ToString() => $"{_property} {_operator} {_value}";

    private IReadOnlyList<string> Values(CodeConcept concept) => _property switch
    {
        "code" or "concept" => [concept.Code],
        "display" => concept.Display is null ? [] : [concept.Display],
        "parent" => concept.Parents,
        _ => concept.Properties.GetValueOrDefault(_property) ?? [],
    };

    private bool? Matches(CodeConcept concept)
    {
        try
        {
            return _regex.Value is { } regex ? Values(concept).Any(regex.IsMatch) : null;
        }
        catch (RegexMatchTimeoutException)
        {
            return null;
        }
    }

    private static Regex? Compiled(string pattern)
    {
        try
        {
            return pattern.Length > MaxPattern ? null : new Regex($@"^(?:{pattern})\z", Options, MatchTime);
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }
}
