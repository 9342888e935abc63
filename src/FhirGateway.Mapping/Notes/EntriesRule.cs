using System.Linq.Expressions;
using System.Text.Json;
using FhirGateway.Mapping.Rules;
using FhirGateway.Mapping.Targets;
using Hl7.Fhir.Model;

namespace FhirGateway.Mapping.Notes;

/// <summary>An array that a section lists in words and in resources.</summary>
public sealed class EntriesRule : MappingRule
{
    private readonly string _key;
    private readonly CreateRule _create;
    private readonly Absence _absence;

    internal EntriesRule(string key, CreateRule create, Absence absence) => (_key, _create, _absence) = (key, create, absence);

    public override IEnumerable<RuleRow> Rows(string scope)
    {
        var source = SourceOf(scope, _key);
        return _create.Rows(source + "/*").Prepend(new RuleRow(source, "entries", SectionPart("entry"), "every item in words, too", Reason));
    }

    internal override bool Knows(string key) => key == _key;

    internal override void Apply(Draft draft, Place at)
    {
        if (at.Child(_key) is not { } place) return;
        var section = draft.Section ?? throw new InvalidOperationException($"{_key}: entries need a section around them.");
        draft.Know(place);
        if (place.Scalar is { } words)
        {
            SectionText.Fill(section, words, _absence);
            return;
        }

        if (place.Value.ValueKind != JsonValueKind.Array)
        {
            draft.ShapeChanged(place, "an array");
            return;
        }

        // An empty list is not a statement that there is nothing to list.
        if (place.Value.GetArrayLength() == 0) SectionText.Fill(section, "", _absence);
        var index = 0;
        foreach (var item in place.Items()) AddItem(draft, section, item, index++);
    }

    private void AddItem(Draft draft, NoteSection section, Place item, int index)
    {
        if (item.Scalar is { } bare)
        {
            draft.Know(item);
            AddWords(section, bare);
            return;
        }

        if (item.Value.ValueKind == JsonValueKind.Object) AddWords(section, InWords(item.Value));
        if (_create.Create(draft, item, index) is { } created) section.Entries.Add(new ResourceReference(draft.FullUrl(created)));
    }

    private static void AddWords(NoteSection section, string words)
    {
        if (!string.IsNullOrWhiteSpace(words)) section.Items.Add(words);
    }

    private static string InWords(JsonElement item) => string.Join("; ", item.EnumerateObject()
        .Select(property => (property.Name, Words: SectionText.Serialised(property.Value)))
        .Where(property => !string.IsNullOrWhiteSpace(property.Words))
        .Select(property => $"{property.Name}: {property.Words.Trim()}"));
}

/// <summary>A field shown in its section's text under its own name.</summary>
public sealed class FactRule : MappingRule
{
    private readonly string _key;
    private readonly string _mapping;
    private TargetPath? _checks;

    internal FactRule(string mapping, string key) => (_mapping, _key) = (mapping, key);

    /// <summary>Only compared by people: it confirms what a target says, and is never written there.</summary>
    /// <exception cref="MappingException">The target is not a path.</exception>
    public FactRule Checks<TResource, TValue>(Expression<Func<TResource, TValue>> target)
        where TResource : Resource
    {
        _checks = TargetReading.Of(target, RuleName.Of(_mapping, "Fact", [_key])).Path;
        return this;
    }

    public override IEnumerable<RuleRow> Rows(string scope)
    {
        yield return new RuleRow(SourceOf(scope, _key), "→", SectionPart("text"), "verbatim, labelled", _checks is null ? Reason : null);
        if (_checks is not null) yield return new RuleRow(SourceOf(scope, _key), "checks", _checks, "for people to compare; never written", Reason);
    }

    internal override bool Knows(string key) => key == _key;

    internal override void Apply(Draft draft, Place at)
    {
        if (at.Child(_key) is not { } place) return;
        var section = draft.Section ?? throw new InvalidOperationException($"{_key}: a fact needs a section around it.");
        draft.Know(place);
        if (place.Scalar is not { } words) draft.ShapeChanged(place, "text");
        else if (!string.IsNullOrWhiteSpace(words)) section.Text += (section.Text.Length > 0 ? "\n" : "") + $"{_key}: {words.Trim()}";
    }
}
