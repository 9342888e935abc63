using FhirGateway.Fhir;
using FhirGateway.Fhir.Model;
using FhirGateway.Mapping.Codes;

namespace FhirGateway.Mapping.Rules;

/// <summary>
/// Rules that share one place of the payload. Keys are the vendor's own words; a key that begins with a slash is a pointer from the event's root.
/// </summary>
public class RuleSet
{
    private readonly List<MappingRule> _rules = [];

    /// <summary>The rules, in the order of their declaration.</summary>
    public IReadOnlyList<MappingRule> Rules => _rules;

    /// <summary>A field, or several that are joined by ", ". Say where it goes with <c>To</c>.</summary>
    public FieldRule Field(params string[] keys) => Add(new FieldRule(keys));

    /// <summary>Every item of an array, as if each were a field: an element that may repeat gets one occurrence per item.</summary>
    public FieldRule Items(string key) => Add(new FieldRule([key], perItem: true));

    /// <summary>An element that is the same for every payload, as FHIR writes the code.</summary>
    public AlwaysRule Always<TEnum>(Element<Code<TEnum>> target, string literal)
        where TEnum : struct, Enum
    {
        var value = EnumLiterals.Parse<TEnum>(literal) ?? throw new ArgumentException($"{target.Path} has no code {literal}.", nameof(literal));
        return Add(new AlwaysRule(target, literal, resource => target.Set(resource, new Code<TEnum>(value))));
    }

    /// <summary>A text that is the same for every payload.</summary>
    public AlwaysRule Always(Element<FhirString> target, string text) =>
        Add(new AlwaysRule(target, $"\"{text}\"", resource => target.Set(resource, new FhirString(text))));

    /// <summary>A code that is the same for every payload.</summary>
    public AlwaysRule Always(Element<Code> target, string code) =>
        Add(new AlwaysRule(target, code, resource => target.Set(resource, new Code(code))));

    /// <summary>A meaning that is the same for every payload.</summary>
    public AlwaysRule Always(Element<CodeableConcept> target, Concept concept) =>
        Add(new AlwaysRule(target, concept.Text is null ? concept.ToString() : $"{concept} \"{concept.Text}\"", resource => target.Set(resource, concept.ToCodeableConcept())));

    /// <summary>The event's subject, however it was found.</summary>
    public AlwaysRule Subject(Element<ResourceReference> target) => Add(AlwaysRule.OfDraft(target, "the event's subject", draft => draft.Subject));

    /// <summary>The event's encounter, where there is one.</summary>
    public AlwaysRule Encounter(Element<ResourceReference> target) => Add(AlwaysRule.OfDraft(target, "the event's encounter", draft => draft.Encounter));

    /// <summary>The DocumentReference that is written for the same event.</summary>
    public AlwaysRule Document(Element<ResourceReference> target) => Add(AlwaysRule.OfDraft(target, "the DocumentReference of this version", draft => draft.Document));

    /// <summary>Names a created resource by its version's id and its place in the list: such a resource lives and is retired with its version.</summary>
    public AlwaysRule IdentifiedByPosition(Element<Identifier> target) =>
        Add(new AlwaysRule(target, "version id and position in the list", (draft, resource) =>
        {
            var identifier = new Identifier(draft.Source.SystemOf(target.ResourceType), $"{draft.VersionId}-{draft.ItemIndex}");
            target.Set(resource, identifier);
            draft.Identify(resource, identifier);
        }));

    /// <summary>Names a resource by a client id, made from the event and its place in the list: for types that have no identifier.</summary>
    public AlwaysRule IdentifiedByEvent(Element<Id> target) =>
        Add(new AlwaysRule(target, "UUIDv5 of the event", (draft, resource) => draft.IdentifyByEvent(resource)));

    /// <summary>The relative URL of a resource of the same event that is <see cref="IdentifiedByEvent"/>.</summary>
    public AlwaysRule UrlOf(string resourceType, Element<FhirUrl> target) =>
        Add(new AlwaysRule(target, $"the event's {resourceType}", (draft, resource) => target.Set(resource, new FhirUrl($"{resourceType}/{draft.IdOf(resourceType):D}"))));

    /// <summary>A field that is known and deliberately mapped to nothing.</summary>
    public void Ignore(string key, string because) => Add(new IgnoreRule(key, because));

    /// <summary>Rules for what lies below a key.</summary>
    public void In(string key, Action<RuleSet> rules)
    {
        var inner = new RuleSet();
        rules(inner);
        Add(new ScopeRule(ScopeRule.Origin.Here, key, inner));
    }

    /// <summary>Rules for the message around the event, from its root.</summary>
    public void InMessage(Action<RuleSet> rules)
    {
        var inner = new RuleSet();
        rules(inner);
        Add(new ScopeRule(ScopeRule.Origin.Message, "", inner));
    }

    /// <summary>Rules for what a lookup found, by its kind ("Correlation", "Appointment").</summary>
    public void InFound(string kind, Action<RuleSet> rules)
    {
        var inner = new RuleSet();
        rules(inner);
        Add(new ScopeRule(ScopeRule.Origin.Found, kind, inner));
    }

    /// <summary>One resource per event.</summary>
    public CreateRule Creates<TResource>(Element<TResource> root, Action<RuleSet> rules)
        where TResource : Resource, new() => Add(CreateRule.Of(null, root, rules));

    /// <summary>One resource per item of an array. An item whose required fields are missing is a problem: it has no words that could stand for it.</summary>
    public CreateRule Each<TResource>(string key, Element<TResource> root, Action<RuleSet> rules)
        where TResource : Resource, new() => Add(CreateRule.Of(key, root, rules));

    internal TRule Add<TRule>(TRule rule)
        where TRule : MappingRule
    {
        _rules.Add(rule);
        return rule;
    }

    /// <summary>All of them as lines of the mapping's table.</summary>
    public IEnumerable<RuleRow> Rows(string scope) => _rules.SelectMany(rule => rule.Rows(scope));

    internal void Apply(Draft draft, Place at)
    {
        foreach (var rule in _rules) rule.Apply(draft, at);
    }
}
