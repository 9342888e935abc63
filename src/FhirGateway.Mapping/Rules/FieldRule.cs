using System.Linq.Expressions;
using System.Text.Json;
using FhirGateway.Mapping.Notes;
using FhirGateway.Mapping.Targets;
using Hl7.Fhir.Model;

namespace FhirGateway.Mapping.Rules;

/// <summary>A field of the payload and where it goes. A field that is absent, null or blank writes nothing.</summary>
public class FieldRule : MappingRule
{
    private readonly string _mapping;
    private readonly string[] _keys;
    private readonly List<FieldTarget> _targets = [];
    private readonly List<Func<string, bool>> _knows = [];
    private readonly bool _perItem;
    private bool _takesAnything;
    private bool _showsAnything;

    internal FieldRule(string mapping, string[] keys, bool perItem = false) => (_mapping, _keys, _perItem) = (mapping, keys, perItem);

    /// <summary>The translation (or the item) can't do without it.</summary>
    public bool IsRequired { get; internal set; }

    internal bool IsLabelled { get; set; }

    /// <summary>What is doubted where nothing is there.</summary>
    internal string? DoubtWhenMissing { get; set; }

    /// <summary>Verbatim.</summary>
    /// <exception cref="MappingException">The target is not a path, or not every text can be a value of it.</exception>
    public FieldRule To<TResource>(Expression<Func<TResource, string?>> target)
        where TResource : Resource => Add(target, Read.Text);

    /// <summary>Only compared by people: it confirms what a target says, and is never written there.</summary>
    /// <exception cref="MappingException">The target is not a path.</exception>
    public FieldRule Checks<TResource, TValue>(Expression<Func<TResource, TValue>> target)
        where TResource : Resource
    {
        _targets.Add(
            new FieldTarget(this, "checks", TargetReading.Of(target, Name).Path, "for people to compare; never written", false, null));
        return this;
    }

    /// <summary>Read in another way than verbatim.</summary>
    public ReadField<T> As<T>(Reader<T> reader) => new(this, reader);

    public override IEnumerable<RuleRow> Rows(string scope)
    {
        var how = (IsRequired ? "required" : "") + (IsLabelled ? (IsRequired ? ", labelled" : "labelled") : "");
        var sources = _keys.Select(key => SourceOf(scope, key) + (_perItem ? "/*" : "")).ToList();
        if (_targets.Count == 0) return sources.Select(source => new RuleRow(source, "known", [], how, Reason));
        return from target in _targets
               from source in sources
               select new RuleRow(
                   source, target.Action, target.Path, string.Join(", ", new[] { target.How, how }.Where(part => part.Length > 0)), Reason,
                   target.TakesAnything);
    }

    internal override bool Knows(Place at, string key) => Array.Exists(_keys, own => at.Names(own, key));

    /// <summary>A target that gets what the reader makes of the field.</summary>
    /// <param name="after">What else is done with the value once it is written.</param>
    internal FieldRule Add<T>(LambdaExpression target, Reader<T> reader, Action<Draft, Resource, T>? after = null)
    {
        var element = typeof(T) == typeof(string) ? Target<T>.OfWords(target, Name) : Target<T>.Of(target, Name);
        _takesAnything |= reader.TakesAnything;
        _showsAnything |= reader.ShowsAnything;
        if (reader.Knows is { } knows) _knows.Add(knows);
        _targets.Add(new FieldTarget(this, "→", element.Path, reader.Description, reader.TakesAnything, (draft, value, row) =>
        {
            if (reader.Read(value) is not { } read) return;
            var resource = draft.Current(element.Path.ResourceType);
            element.Set(resource, read);
            after?.Invoke(draft, resource, read);
            draft.Trace(resource, element.Path, value.Pointer, row);
        }));
        return this;
    }

    internal override void Apply(Draft draft, Place at)
    {
        if (!_perItem)
        {
            Write(draft, at, PlacesOf(draft, at));
            return;
        }

        foreach (var list in PlacesOf(draft, at))
        {
            if (list.Value.ValueKind is JsonValueKind.Array or JsonValueKind.Null) draft.Places.Know(list);
            else draft.ShapeChanged(list, "an array");
            foreach (var item in list.Items()) Write(draft, at, [item]);
        }
    }

    /// <summary>The key of what is required and missing; null when nothing is.</summary>
    internal string? MissingKey(Draft draft, Place at)
    {
        if (!IsRequired) return null;
        foreach (var key in _keys)
        {
            if (Find(draft, at, key)?.Scalar is { } text && SaysSomething(draft, text)) return null;
        }

        return _keys[0];
    }

    /// <summary>Whether an item lacks what this field requires of it, or has a word here that a reader doesn't know.</summary>
    internal bool IsStopped(Place item)
    {
        var places = _keys.Where(key => !key.StartsWith('/')).Select(key => item.Child(key)).OfType<Place>().ToList();
        return IsRequired && places.TrueForAll(place => string.IsNullOrWhiteSpace(place.Scalar))
            || places.Select(place => Readable.Inline(place.Value)).Any(word => word.Length > 0 && _knows.Exists(knows => !knows(word)));
    }

    private RuleName Name => RuleName.Of(_mapping, _perItem ? "Items" : "Field", _keys);

    private List<Place> PlacesOf(Draft draft, Place at)
    {
        var places = new List<Place>(_keys.Length);
        foreach (var key in _keys)
        {
            if (Find(draft, at, key) is { } place) places.Add(place);
        }

        return places;
    }

    private static bool SaysSomething(Draft draft, string text) =>
        !string.IsNullOrWhiteSpace(text) && draft.Absence?.NamesNothing(text) != true;

    private void Write(Draft draft, Place at, List<Place> places)
    {
        var joined = "";
        foreach (var place in places)
        {
            if (place.Scalar is { } text)
            {
                draft.Places.Know(place);
                if (SaysSomething(draft, text)) joined = joined.Length == 0 ? text.Trim() : $"{joined}, {text.Trim()}";
            }
            else if (_takesAnything) draft.Places.KnowAll(place);
            else
            {
                draft.ShapeChanged(place, "text");
                if (_knows.Count > 0)
                {
                    // A known word decides something: one that came in another shape is not the same as none.
                    var word = Readable.Inline(place.Value);
                    joined = joined.Length == 0 || word.Length == 0 ? joined + word : $"{joined}, {word}";
                    continue;
                }

                if (!_showsAnything) continue;
                joined = joined.Length == 0 ? Readable.Lines(place.Value) : $"{joined}\n{Readable.Lines(place.Value)}";
                draft.Places.Show(place);
            }
        }

        var json = places.Count == 0 ? default : places[0].Value;
        var structured = json.ValueKind is JsonValueKind.Object or JsonValueKind.Array;
        if (joined.Length == 0 && !(structured && _takesAnything))
        {
            if (IsRequired) draft.Problems.Add(Problem.Error("required", "A required field is missing.", SourceOf(at.Pointer, _keys[0])));
            else if (DoubtWhenMissing is { } doubt) draft.Problems.Add(Problem.Warning("required", doubt, SourceOf(at.Pointer, _keys[0])));
            return;
        }

        var value = new FieldValue(IsLabelled ? $"{_keys[0]}: {joined}" : joined, json, places[0].Pointer, draft);
        foreach (var target in _targets)
        {
            if (joined.Length > 0 || target.TakesAnything) target.Write?.Invoke(draft, value, target.Row);
        }
    }

    private sealed record FieldTarget(
        FieldRule Rule, string Action, TargetPath Path, string How, bool TakesAnything, Action<Draft, FieldValue, RuleRow>? Write)
    {
        private RuleRow? _row;

        /// <summary>Made when the rule is whole: its reason may be said after its target.</summary>
        public RuleRow Row => _row ??= new RuleRow("", Action, Path, How, Rule.Reason);
    }
}

/// <summary>A field that is written into one resource.</summary>
public sealed class FieldRule<TResource> : FieldRule
    where TResource : Resource
{
    internal FieldRule(string mapping, string[] keys, bool perItem = false) : base(mapping, keys, perItem)
    {
    }

    /// <summary>Verbatim.</summary>
    /// <exception cref="MappingException">The target is not a path, or not every text can be a value of it.</exception>
    public FieldRule<TResource> To(Expression<Func<TResource, string?>> target) => With(target, Read.Text);

    /// <summary>Verbatim, as one more note.</summary>
    /// <exception cref="MappingException">The target is not a path.</exception>
    public FieldRule<TResource> To(Expression<Func<TResource, List<Annotation>?>> target) => With(target, Read.Note);

    /// <summary>Verbatim, as a concept known by its words only.</summary>
    /// <exception cref="MappingException">The target is not a path.</exception>
    public FieldRule<TResource> To(Expression<Func<TResource, CodeableConcept?>> target) => With(target, Read.Words);

    /// <inheritdoc cref="FieldRule.As"/>
    public new ReadField<TResource, T> As<T>(Reader<T> reader) => new(this, reader);

    private FieldRule<TResource> With<T>(LambdaExpression target, Reader<T> reader)
    {
        Add(target, reader);
        return this;
    }
}

/// <summary>What a field can be told, whatever it writes.</summary>
public static class FieldWords
{
    /// <summary>The translation (or the item) can't do without it.</summary>
    public static TField Required<TField>(this TField field)
        where TField : FieldRule
    {
        ArgumentNullException.ThrowIfNull(field);
        field.IsRequired = true;
        return field;
    }

    /// <summary>Usually there: where it is not, that is a doubt.</summary>
    /// <param name="doubt">What is done without it: a sentence.</param>
    public static TField Expected<TField>(this TField field, string doubt)
        where TField : FieldRule
    {
        ArgumentNullException.ThrowIfNull(field);
        field.DoubtWhenMissing = doubt;
        return field;
    }

    /// <summary>Written as "Key: text", since the target holds texts of several fields.</summary>
    public static TField Labelled<TField>(this TField field)
        where TField : FieldRule
    {
        ArgumentNullException.ThrowIfNull(field);
        field.IsLabelled = true;
        return field;
    }
}
