using System.Text.Json;
using FhirGateway.Fhir;
using FhirGateway.Fhir.Model;

namespace FhirGateway.Mapping.Rules;

/// <summary>A field of the payload and where it goes. A field that is absent, null or blank writes nothing.</summary>
public sealed class FieldRule : MappingRule
{
    private readonly string[] _keys;
    private readonly List<FieldTarget> _targets = [];
    private readonly bool _perItem;
    private bool _labelled;

    internal FieldRule(string[] keys, bool perItem = false) => (_keys, _perItem) = (keys, perItem);

    /// <summary>The translation (or the item) can't do without it.</summary>
    public bool IsRequired { get; private set; }

    public FieldRule Required()
    {
        IsRequired = true;
        return this;
    }

    /// <summary>Written as "Key: text", since the target holds texts of several fields.</summary>
    public FieldRule Labelled()
    {
        _labelled = true;
        return this;
    }

    public FieldRule Because(string reason)
    {
        Reason = reason;
        return this;
    }

    /// <summary>Verbatim.</summary>
    public FieldRule To(Element<FhirString> target) => Add(target, Read.Text);

    /// <summary>Verbatim, as a note.</summary>
    public FieldRule To(Element<Annotation> target) => Add(target, Read.Note);

    /// <summary>Verbatim, as a concept known by its words only.</summary>
    public FieldRule To(Element<CodeableConcept> target) => Add(target, Read.Words);

    /// <summary>Only compared by people: it confirms what a target says, and is never written there.</summary>
    public FieldRule Checks(ElementPath target)
    {
        _targets.Add(new FieldTarget("checks", target.Path, "for people to compare; never written", false, null));
        return this;
    }

    /// <summary>Read in another way than verbatim.</summary>
    public TypedField<T> As<T>(Reader<T> reader)
        where T : Base => new(this, reader);

    public override IEnumerable<RuleRow> Rows(string scope)
    {
        var how = (IsRequired ? "required" : "") + (_labelled ? (IsRequired ? ", labelled" : "labelled") : "");
        var sources = _keys.Select(key => SourceOf(scope, key) + (_perItem ? "/*" : "")).ToList();
        if (_targets.Count == 0) return sources.Select(source => new RuleRow(source, "known", "", how, Reason));
        return from target in _targets
               from source in sources
               select new RuleRow(source, target.Action, target.Path, string.Join(", ", new[] { target.How, how }.Where(part => part.Length > 0)), Reason, target.TakesAnything);
    }

    internal bool IsMissing(Draft draft, Place at) => IsRequired && _keys.All(key => string.IsNullOrWhiteSpace(Find(draft, at, key)?.Scalar));

    internal FieldRule Add<T>(Element<T> target, Reader<T> reader, Action<Draft, Resource, T>? after = null)
        where T : Base
    {
        _targets.Add(new FieldTarget("→", target.Path, reader.Description, reader.TakesAnything, (draft, value) =>
        {
            if (reader.Read(value) is not { } read) return;
            var resource = draft.Current(target.ResourceType);
            target.Set(resource, read);
            after?.Invoke(draft, resource, read);
            draft.Trace(resource, target, value.Pointer, new RuleRow(value.Pointer, "→", target.Path, reader.Description, Reason));
        }));
        return this;
    }

    internal override void Apply(Draft draft, Place at)
    {
        var places = _keys.Select(key => Find(draft, at, key)).OfType<Place>().ToList();
        if (!_perItem)
        {
            Write(draft, at, places);
            return;
        }

        foreach (var list in places)
        {
            draft.Know(list);
            if (list.Value.ValueKind is not (JsonValueKind.Array or JsonValueKind.Null)) draft.ShapeChanged(list, "an array");
            foreach (var item in list.Items()) Write(draft, at, [item]);
        }
    }

    internal string? MissingKey(Draft draft, Place at) => IsMissing(draft, at) ? _keys[0] : null;

    private void Write(Draft draft, Place at, List<Place> places)
    {
        var texts = new List<string>();
        foreach (var place in places)
        {
            draft.Know(place);
            if (place.Scalar is { } text)
            {
                if (!string.IsNullOrWhiteSpace(text)) texts.Add(text.Trim());
            }
            else if (_targets.Exists(t => t.TakesAnything)) draft.KnowAll(place);
            else draft.ShapeChanged(place, "text");
        }

        var json = places.Count == 0 ? default : places[0].Value;
        var structured = json.ValueKind is JsonValueKind.Object or JsonValueKind.Array;
        if (texts.Count == 0 && !structured)
        {
            if (IsRequired) draft.Problems.Add(Problem.Error("required", "A required field is missing.", SourceOf(at.Pointer, _keys[0])));
            return;
        }

        var joined = string.Join(", ", texts);
        var value = new FieldValue(_labelled ? $"{_keys[0]}: {joined}" : joined, json, places[0].Pointer, draft);
        foreach (var target in _targets)
        {
            if (!structured || target.TakesAnything) target.Write?.Invoke(draft, value);
        }
    }

    private sealed record FieldTarget(string Action, string Path, string How, bool TakesAnything, Action<Draft, FieldValue>? Write);
}

/// <summary>A field that is read as a type; only elements of that type can take it.</summary>
public sealed class TypedField<T>
    where T : Base
{
    private readonly FieldRule _rule;
    private readonly Reader<T> _reader;

    internal TypedField(FieldRule rule, Reader<T> reader) => (_rule, _reader) = (rule, reader);

    public TypedField<T> To(Element<T> target)
    {
        _rule.Add(target, _reader);
        return this;
    }

    /// <summary>The same field, read in yet another way for further targets.</summary>
    public TypedField<TOther> As<TOther>(Reader<TOther> reader)
        where TOther : Base => _rule.As(reader);

    public TypedField<T> Because(string reason)
    {
        _rule.Because(reason);
        return this;
    }

    internal TypedField<T> To(Element<T> target, Action<Draft, Resource, T> after)
    {
        _rule.Add(target, _reader, after);
        return this;
    }
}

/// <summary>What identifies a resource.</summary>
public static class IdentifyingFields
{
    /// <summary>The identifier by which the resource is written (<c>PUT Type?identifier=…</c>), so that sending it again changes nothing.</summary>
    public static TypedField<Identifier> Identifies(this TypedField<Identifier> field, Element<Identifier> target) =>
        field.To(target, (draft, resource, identifier) => draft.Identify(resource, identifier));
}
