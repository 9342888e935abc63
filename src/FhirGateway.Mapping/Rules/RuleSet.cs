using System.Linq.Expressions;
using FhirGateway.Mapping.Codes;
using FhirGateway.Mapping.Targets;
using Hl7.Fhir.Model;
using Hl7.Fhir.Utility;

namespace FhirGateway.Mapping.Rules;

/// <summary>
/// Rules that share one place of the payload. Keys are the vendor's own words; a key that begins with a slash is a pointer from the event's
/// root. Targets are lambdas over the SDK's own properties that begin at the resource: <c>(Composition c) => c.Title</c>.
/// </summary>
public class RuleSet
{
    private readonly List<MappingRule> _rules = [];

    /// <param name="mapping">Name of the mapping class, for what is refused.</param>
    internal RuleSet(string mapping) => Mapping = mapping;

    /// <summary>The rules, in the order of their declaration.</summary>
    public IReadOnlyList<MappingRule> Rules => _rules;

    private protected string Mapping { get; }

    /// <summary>A field, or several that are joined by ", ". Say where it goes with <c>To</c>.</summary>
    public FieldRule Field(params string[] keys) => Add(new FieldRule(Mapping, keys));

    /// <summary>Every item of an array, as if each were a field: an element that may repeat gets one occurrence per item.</summary>
    public FieldRule Items(string key) => Add(new FieldRule(Mapping, [key], perItem: true));

    /// <summary>A code of FHIR's own that is the same for every payload.</summary>
    /// <exception cref="MappingException">The target is not a path.</exception>
    public AlwaysRule Always<TResource, TEnum>(Expression<Func<TResource, TEnum?>> target, TEnum code)
        where TResource : Resource
        where TEnum : struct, Enum => Add(AlwaysRule.Of(Target<TEnum>.Of(target, Named("Always")), code.GetLiteral(), () => code));

    /// <summary>A text or a code that is the same for every payload.</summary>
    /// <exception cref="MappingException">The target is not a path.</exception>
    public AlwaysRule Always<TResource>(Expression<Func<TResource, string?>> target, string value)
        where TResource : Resource
    {
        var element = Target<string>.Of(target, Named("Always"));
        return Add(AlwaysRule.Of(element, element.IsText ? $"\"{value}\"" : value, () => value));
    }

    /// <summary>A meaning that is the same for every payload.</summary>
    /// <exception cref="MappingException">The target is not a path.</exception>
    public AlwaysRule Always<TResource>(Expression<Func<TResource, CodeableConcept?>> target, Concept concept)
        where TResource : Resource
    {
        ArgumentNullException.ThrowIfNull(concept);
        var inWords = concept.Text is null ? concept.ToString() : $"{concept} \"{concept.Text}\"";
        return Add(AlwaysRule.Of(Target<CodeableConcept>.Of(target, Named("Always")), inWords, concept.ToCodeableConcept));
    }

    /// <summary>A field that is known and deliberately mapped to nothing.</summary>
    public void Ignore(string key, string because) => Add(new IgnoreRule(key, because));

    /// <summary>Rules for what lies below a key.</summary>
    public void In(string key, Action<RuleSet> rules) => Scope(ScopeRule.Origin.Here, key, new RuleSet(Mapping), rules);

    /// <summary>Rules for the message around the event, from its root.</summary>
    public void InMessage(Action<RuleSet> rules) => Scope(ScopeRule.Origin.Message, "", new RuleSet(Mapping), rules);

    /// <summary>Rules for what a lookup found, by its kind ("Correlation", "Appointment").</summary>
    public void InFound(string kind, Action<RuleSet> rules) => Scope(ScopeRule.Origin.Found, kind, new RuleSet(Mapping), rules);

    /// <summary>One resource per event.</summary>
    public CreateRule Creates<TResource>(Action<RuleSet<TResource>> rules)
        where TResource : Resource, new() => Add(CreateRule.Of(Mapping, null, rules));

    /// <summary>
    /// One resource per item of an array. An item whose required fields are missing is a problem: it has no words that could stand for
    /// it.
    /// </summary>
    public CreateRule Each<TResource>(string key, Action<RuleSet<TResource>> rules)
        where TResource : Resource, new() => Add(CreateRule.Of(Mapping, key, rules));

    /// <summary>All of them as lines of the mapping's table.</summary>
    public IEnumerable<RuleRow> Rows(string scope) => _rules.SelectMany(rule => rule.Rows(scope));

    internal TRule Add<TRule>(TRule rule)
        where TRule : MappingRule
    {
        _rules.Add(rule);
        return rule;
    }

    /// <summary>Whether one of the rules reads a key of the object that they are applied to.</summary>
    internal bool Knows(Place at, string key) => _rules.Exists(rule => rule.Knows(at, key));

    internal void Apply(Draft draft, Place at)
    {
        foreach (var rule in _rules) rule.Apply(draft, at);
    }

    private protected void Scope<TRules>(ScopeRule.Origin origin, string key, TRules inner, Action<TRules> rules)
        where TRules : RuleSet
    {
        rules(inner);
        Add(new ScopeRule(origin, key, inner));
    }

    private protected RuleName Named(string word) => new(Mapping, word);
}
