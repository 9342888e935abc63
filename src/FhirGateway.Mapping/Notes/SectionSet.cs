using FhirGateway.Mapping.Rules;
using Hl7.Fhir.Model;

namespace FhirGateway.Mapping.Notes;

/// <summary>Rules for a part of the payload that becomes sections of a note. Reads as the note's outline.</summary>
public sealed class SectionSet : RuleSet
{
    private readonly Absence _absence;
    private readonly SectionCodes? _codes;

    internal SectionSet(string mapping, Absence absence, SectionCodes? codes) : base(mapping) => (_absence, _codes) = (absence, codes);

    /// <summary>
    /// A key that is a section of text, or, with rules, one with sub-sections or entries. Its code comes from the mapping's concept maps.
    /// </summary>
    public SectionRule Section(string key, Action<SectionSet>? inner = null)
    {
        SectionSet? rules = null;
        if (inner is not null)
        {
            rules = new SectionSet(Mapping, _absence, _codes);
            inner(rules);
        }

        return Add(new SectionRule(key, _absence, _codes, rules));
    }

    /// <summary>Several keys that are sections of text.</summary>
    public void Sections(params string[] keys)
    {
        foreach (var key in keys) Section(key);
    }

    /// <summary>
    /// Every key that no other rule of this set reads, in the payload's order: for vendors whose templates name the sections.
    /// </summary>
    public EverySectionRule EverySection() => Add(new EverySectionRule(this, _absence, _codes));

    /// <summary>Every item of an array, each with its own key, title and text: for vendors that list their sections.</summary>
    public ListedSectionsRule SectionsListedIn(string array, string key, string title, string text) =>
        Add(new ListedSectionsRule(array, key, title, text, _absence, _codes));

    /// <summary>
    /// An array whose items are listed in this section's text, all their words, and each of which makes a resource that the section
    /// refers to. An item whose required fields are missing stays words.
    /// </summary>
    public EntriesRule Entries<TResource>(string key, Action<RuleSet<TResource>> rules)
        where TResource : Resource, new() => Add(new EntriesRule(key, CreateRule.Of(Mapping, null, rules), _absence));

    /// <summary>A field shown in this section's text as "Key: text".</summary>
    public FactRule Fact(string key) => Add(new FactRule(Mapping, key));

    /// <summary>Rules for what lies below a key; its sections stand where this set's own stand.</summary>
    public void In(string key, Action<SectionSet> rules) =>
        Scope(ScopeRule.Origin.Here, key, new SectionSet(Mapping, _absence, _codes), rules);
}
