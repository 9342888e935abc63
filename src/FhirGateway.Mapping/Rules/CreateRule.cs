using System.Text.Json;
using FhirGateway.Mapping.Targets;
using Hl7.Fhir.Model;

namespace FhirGateway.Mapping.Rules;

/// <summary>Creates one resource, or one per item of an array.</summary>
public sealed class CreateRule : MappingRule
{
    private readonly string? _key;
    private readonly string _resourceType;
    private readonly Func<Resource> _make;
    private readonly RuleSet _rules;
    private readonly FieldRule[] _fields;

    private CreateRule(string? key, string resourceType, Func<Resource> make, RuleSet rules) =>
        (_key, _resourceType, _make, _rules, _fields) = (key, resourceType, make, rules, [.. rules.Rules.OfType<FieldRule>()]);

    /// <summary>The array of whose items it makes resources, from the event; null when it makes one of the event itself.</summary>
    internal string? Pointer => _key is null ? null : SourceOf("", _key);

    public override IEnumerable<RuleRow> Rows(string scope)
    {
        var source = _key is null ? scope : SourceOf(scope, _key) + "/*";
        var created = new TargetPath(_resourceType, "");
        return _rules.Rows(source).Prepend(new RuleRow(source, "creates", created, _key is null ? "one" : "one per item", Reason));
    }

    internal static CreateRule Of<TResource>(string mapping, string? key, Action<RuleSet<TResource>> rules)
        where TResource : Resource, new()
    {
        var inner = new RuleSet<TResource>(mapping);
        rules(inner);
        return new CreateRule(key, TargetReading.NameOf(typeof(TResource)), () => new TResource(), inner);
    }

    internal override bool Knows(Place at, string key) => _key is null ? _rules.Knows(at, key) : at.Names(_key, key);

    internal override void Apply(Draft draft, Place at)
    {
        if (_key is null)
        {
            Create(draft, at, 0);
            return;
        }

        if (Find(draft, at, _key) is not { Value.ValueKind: not JsonValueKind.Null } list) return;
        if (list.Value.ValueKind != JsonValueKind.Array)
        {
            draft.ShapeChanged(list, "an array");
            return;
        }

        draft.Places.Know(list);
        var index = 0;
        foreach (var item in list.Items())
        {
            if (!draft.Event.Takes(item.Pointer))
            {
                draft.Places.KnowAll(item);
                index++;
                continue;
            }

            if (Create(draft, item, index++) is not null) continue;
            var missing = MissingKey(draft, item) is { } key
                ? $"The field \"{key}\" is missing, without which nothing can be made of the item."
                : "Nothing can be made of the item.";
            draft.Problems.Add(Problem.Error("required", missing, item.Pointer));
        }
    }

    /// <summary>The resource of one item, filed in the draft; null when the item lacks what is required.</summary>
    internal Resource? Create(Draft draft, Place item, int index)
    {
        if (item.Value.ValueKind != JsonValueKind.Object)
        {
            draft.ShapeChanged(item, "an object");
            return null;
        }

        if (MissingKey(draft, item) is null) return draft.Creating(_make(), index, () => _rules.Apply(draft, item));
        foreach (var property in item.Children())
        {
            if (property.Scalar is not null && _rules.Knows(item, property.Name)) draft.Places.Know(property);
        }

        return null;
    }

    /// <summary>Whether an item can't be written, or not yet: then the others must not wait for it.</summary>
    internal bool IsStopped(JsonElement item) =>
        item.ValueKind != JsonValueKind.Object || Array.Exists(_fields, field => field.IsStopped(new Place(item, "")));

    private string? MissingKey(Draft draft, Place item)
    {
        foreach (var field in _fields)
        {
            if (field.MissingKey(draft, item) is { } key) return key;
        }

        return null;
    }
}
