using System.Linq.Expressions;
using FhirGateway.Mapping.Codes;
using FhirGateway.Mapping.Targets;
using Hl7.Fhir.Model;

namespace FhirGateway.Mapping.Rules;

/// <summary>Rules that write one resource: their targets begin at it, <c>m => m.Dosage[0].Text</c>.</summary>
public sealed class RuleSet<TResource> : RuleSet
    where TResource : Resource
{
    internal RuleSet(string mapping) : base(mapping)
    {
    }

    /// <inheritdoc cref="RuleSet.Field"/>
    public new FieldRule<TResource> Field(params string[] keys) => Add(new FieldRule<TResource>(Mapping, keys));

    /// <inheritdoc cref="RuleSet.Items"/>
    public new FieldRule<TResource> Items(string key) => Add(new FieldRule<TResource>(Mapping, [key], perItem: true));

    /// <inheritdoc cref="RuleSet.Always{TResource, TEnum}"/>
    public AlwaysRule Always<TEnum>(Expression<Func<TResource, TEnum?>> target, TEnum code)
        where TEnum : struct, Enum => base.Always(target, code);

    /// <inheritdoc cref="RuleSet.Always{TResource}(Expression{Func{TResource, string}}, string)"/>
    public AlwaysRule Always(Expression<Func<TResource, string?>> target, string value) => base.Always(target, value);

    /// <inheritdoc cref="RuleSet.Always{TResource}(Expression{Func{TResource, CodeableConcept}}, Concept)"/>
    public AlwaysRule Always(Expression<Func<TResource, CodeableConcept?>> target, Concept concept) => base.Always(target, concept);

    /// <summary>The event's subject, however it was found.</summary>
    /// <exception cref="MappingException">The target is not a path.</exception>
    public AlwaysRule Subject(Expression<Func<TResource, ResourceReference?>> target) =>
        Add(AlwaysRule.OfDraft(TargetOf<ResourceReference>(target, "Subject"), "the event's subject", draft => draft.Subject));

    /// <summary>The event's encounter, where there is one.</summary>
    /// <exception cref="MappingException">The target is not a path.</exception>
    public AlwaysRule Encounter(Expression<Func<TResource, ResourceReference?>> target) =>
        Add(AlwaysRule.OfDraft(TargetOf<ResourceReference>(target, "Encounter"), "the event's encounter", draft => draft.Encounter));

    /// <summary>The DocumentReference that is written for the same event.</summary>
    /// <exception cref="MappingException">The target is not a path.</exception>
    public AlwaysRule Document(Expression<Func<TResource, List<ResourceReference>?>> target) =>
        Add(AlwaysRule.OfDraft(
            TargetOf<ResourceReference>(target, "Document"), "the DocumentReference of this version", draft => draft.Document));

    /// <summary>
    /// Names a created resource by its version's id and its place in the list: such a resource lives and is retired with its version.
    /// </summary>
    /// <exception cref="MappingException">The target is not a path.</exception>
    public AlwaysRule IdentifiedByPosition(Expression<Func<TResource, List<Identifier>?>> target)
    {
        var element = TargetOf<Identifier>(target, "IdentifiedByPosition");
        return Add(new AlwaysRule(element.Path, "version id, position in the list and subject", (draft, resource) =>
        {
            var key = $"{draft.VersionId}-{draft.ItemIndex}";
            draft.Identify(resource, draft.OwnIdentity(element.Path.ResourceType, key, draft.Context.Chart));
        }));
    }

    /// <summary>
    /// Names a resource by a client id, made from the event and its place in the list: for types that have no identifier.
    /// </summary>
    /// <exception cref="MappingException">The target is not a path.</exception>
    public AlwaysRule IdentifiedByEvent(Expression<Func<TResource, string?>> target) =>
        Add(new AlwaysRule(
            TargetOf<string>(target, "IdentifiedByEvent").Path,
            "UUIDv5 of the event and its subject",
            (draft, resource) => draft.IdentifyByEvent(resource)));

    /// <summary>The relative URL of a resource of the same event that is <see cref="IdentifiedByEvent"/>.</summary>
    /// <exception cref="MappingException">The target is not a path.</exception>
    public AlwaysRule UrlOf(string resourceType, Expression<Func<TResource, string?>> target) =>
        Add(AlwaysRule.OfDraft(
            TargetOf<string>(target, "UrlOf"), $"the event's {resourceType}", draft => $"{resourceType}/{draft.IdOf(resourceType):D}"));

    /// <inheritdoc cref="RuleSet.In"/>
    public void In(string key, Action<RuleSet<TResource>> rules) =>
        Scope(ScopeRule.Origin.Here, key, new RuleSet<TResource>(Mapping), rules);

    /// <inheritdoc cref="RuleSet.InMessage"/>
    public void InMessage(Action<RuleSet<TResource>> rules) => Scope(ScopeRule.Origin.Message, "", new RuleSet<TResource>(Mapping), rules);

    private Target<TValue> TargetOf<TValue>(LambdaExpression target, string word) => Target<TValue>.Of(target, Named(word));
}
