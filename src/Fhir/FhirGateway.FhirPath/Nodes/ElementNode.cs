using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace FhirGateway.FhirPath.Nodes;

/// <summary>An element of a FHIR resource or datatype: its JSON and its R4 type.</summary>
internal sealed class ElementNode : FhirNode
{
    private readonly JsonElement _json;
    private readonly JsonElement _extras;
    private readonly ElementNode? _parent;
    private readonly ChildModel? _place;
    private readonly int _index;
    private object? _value;
    private bool _valueIsKnown;

    private ElementNode(TypeModel model, JsonElement json, JsonElement extras, ElementNode? parent, ChildModel? place, int index)
    {
        Model = model;
        _json = json;
        _extras = extras;
        _parent = parent;
        _place = place;
        _index = index;
    }

    public TypeModel Model { get; }

    public override FhirPathType Type => Model.Type;

    public override JsonElement? Json => _json.ValueKind == JsonValueKind.Undefined ? null : _json;

    public override JsonElement? PrimitiveExtras => _extras.ValueKind == JsonValueKind.Undefined ? null : _extras;

    public override FhirNode? Parent => _parent;

    public override string Name => _place?.Name ?? Model.Name;

    public override string JsonName => _place?.JsonName ?? Model.Name;

    public override int? Index => _place is { Repeats: true } ? _index : null;

    /// <summary>The path of R4's definition of the element where it stands, such as <c>Patient.deceased[x]</c>.</summary>
    public string DefinitionPath =>
        _parent is null || _place is null ? Model.Key : $"{_parent.Model.Key}.{Name}{(_place.IsChoice ? "[x]" : "")}";

    public override object? Value
    {
        get
        {
            if (_valueIsKnown) return _value;
            if (Model.IsPrimitive) _value = PrimitiveValue.Read(_json, Model.Name) ?? Valueless();
            _valueIsKnown = true;
            return _value;
        }
    }

    /// <exception cref="ArgumentException">It does not name an R4 resource type.</exception>
    public static ElementNode OfResource(JsonElement json)
    {
        var type = ResourceType(json);
        var model = type is null ? null : TypeModel.Find(type);
        if (model is not { IsResource: true })
        {
            throw new ArgumentException(
                type is null ? "The JSON has no resourceType." : $"R4 has no resource type {FhirPathException.Shortened(type, 64)}.",
                nameof(json));
        }

        return new ElementNode(model, json, default, parent: null, place: null, index: 0);
    }

    /// <exception cref="ArgumentException">R4 has no such type.</exception>
    public static ElementNode OfDatatype(JsonElement json, string type)
    {
        if (type.Contains('.', StringComparison.Ordinal) || TypeModel.Find(type) is not { } model)
        {
            throw new ArgumentException($"R4 has no type {type}.", nameof(type));
        }

        return new ElementNode(model.IsResource ? ModelOfResource(json, model) : model, json, default, parent: null, place: null, index: 0);
    }

    internal override int Breadth => Holder is { ValueKind: JsonValueKind.Object } holder ? holder.GetPropertyCount() : 0;

    private JsonElement Holder => Model.IsPrimitive ? _extras : _json;

    private object? Valueless() =>
        _json.ValueKind == JsonValueKind.String ? throw new FhirPathException($"The text at {Location} is not valid Unicode") : null;

    public override IReadOnlyList<FhirNode> Children()
    {
        var children = new CollectionBuilder();
        AddAllChildren(ref children);
        return children.ToCollection().ToList();
    }

    internal void AddAllChildren(ref CollectionBuilder into)
    {
        if (Holder is { ValueKind: JsonValueKind.Object } holder) Scan(holder, name: null, ref into);
    }

    internal override void AddChildren(string name, ref CollectionBuilder into)
    {
        var holder = Holder;
        if (holder.ValueKind != JsonValueKind.Object || !Model.ByName.TryGetValue(name, out var variants)) return;
        // value[x] may have fifty types: reading the few properties that are there is quicker than asking for each possible one.
        if (variants.Count > 4)
        {
            Scan(holder, name, ref into);
            return;
        }

        foreach (var variant in variants)
        {
            var value = JsonText.Member(holder, variant.JsonName);
            var extras = variant.Type.IsPrimitive ? JsonText.Member(holder, variant.ExtrasName) : default;
            AddValues(variant, value, extras, ref into);
        }
    }

    // Adds the children in the order they stand, all or those of one name.
    private void Scan(JsonElement holder, string? name, ref CollectionBuilder into)
    {
        var siblings = Siblings(holder);
        foreach (var property in holder.EnumerateObject())
        {
            if (ChildOf(property, out var isExtras) is not { } child || (name is not null && child.Name != name)) continue;
            if (isExtras && (!child.Type.IsPrimitive || siblings!.ContainsKey(child.JsonName))) continue;
            if (isExtras) AddValues(child, default, property.Value, ref into);
            else AddValues(
                child, property.Value, child.Type.IsPrimitive ? siblings?.GetValueOrDefault(child.ExtrasName) ?? default : default,
                ref into);
        }
    }

    // All properties by name when some are extras, which belong to another property; null when there are none. Looking for each
    // among all would take their number's square.
    private static Dictionary<string, JsonElement>? Siblings(JsonElement holder)
    {
        var anyExtras = false;
        foreach (var property in holder.EnumerateObject()) anyExtras |= JsonMarshal.GetRawUtf8PropertyName(property).StartsWith((byte)'_');
        if (!anyExtras) return null;
        var siblings = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var property in holder.EnumerateObject())
        {
            if (JsonText.Name(property) is { } name) siblings[name] = property.Value;
        }

        return siblings;
    }

    private ChildModel? ChildOf(JsonProperty property, out bool isExtras)
    {
        var raw = JsonMarshal.GetRawUtf8PropertyName(property);
        isExtras = raw.StartsWith((byte)'_');
        if (raw.Contains((byte)'\\'))
        {
            if (JsonText.Name(property) is not { } name) return null;
            isExtras = name.StartsWith('_');
            return Model.ByJsonName.GetValueOrDefault(isExtras ? name[1..] : name);
        }

        // R4's longest name has 45 characters. Making a string of each name would cost more than looking it up.
        Span<char> characters = stackalloc char[64];
        if (raw.Length > characters.Length) return null;
        characters = characters[..Encoding.UTF8.GetChars(raw, characters)];
        return Model.ByJsonName.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(isExtras ? characters[1..] : characters, out var child)
            ? child
            : null;
    }

    private void AddValues(ChildModel child, JsonElement value, JsonElement extras, ref CollectionBuilder into)
    {
        if (value.ValueKind is JsonValueKind.Array || extras.ValueKind == JsonValueKind.Array)
        {
            var values = value.ValueKind == JsonValueKind.Array ? value.GetArrayLength() : 0;
            var extraCount = extras.ValueKind == JsonValueKind.Array ? extras.GetArrayLength() : 0;
            using var valueItems = (values > 0 ? value.EnumerateArray() : default).GetEnumerator();
            using var extraItems = (extraCount > 0 ? extras.EnumerateArray() : default).GetEnumerator();
            for (var i = 0; i < Math.Max(values, extraCount); i++)
            {
                Add(
                    child, i < values && valueItems.MoveNext() ? valueItems.Current : default,
                    i < extraCount && extraItems.MoveNext() ? extraItems.Current : default, i, ref into);
            }
        }
        else
        {
            Add(child, value, extras, 0, ref into);
        }
    }

    private void Add(ChildModel child, JsonElement value, JsonElement extras, int index, ref CollectionBuilder into)
    {
        if (value.ValueKind == JsonValueKind.Null) value = default;
        if (extras.ValueKind == JsonValueKind.Null) extras = default;
        if (value.ValueKind == JsonValueKind.Undefined && extras.ValueKind == JsonValueKind.Undefined) return;
        var model = child.Type;
        if (model.IsResource) model = ModelOfResource(value, model);
        into.Add(new ElementNode(model, value, extras, this, child, index));
    }

    // An unknown resource type inside a known one is navigated as far as its declared type goes.
    private static TypeModel ModelOfResource(JsonElement json, TypeModel declared) =>
        ResourceType(json) is { } type && TypeModel.Find(type) is { IsResource: true } model ? model : declared;

    private static string? ResourceType(JsonElement json) =>
        json.ValueKind == JsonValueKind.Object && JsonText.Member(json, "resourceType") is { ValueKind: JsonValueKind.String } type
            ? JsonText.Read(type)
            : null;
}
