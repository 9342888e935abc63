using System.Text.Json;

namespace FhirGateway.Fhir.FhirPath.Nodes;

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

    public override object? Value
    {
        get
        {
            if (_valueIsKnown) return _value;
            if (Model.IsPrimitive) _value = PrimitiveValue.Read(_json, Model.Name);
            _valueIsKnown = true;
            return _value;
        }
    }

    public static ElementNode OfResource(JsonElement json)
    {
        var type = ResourceType(json);
        var model = type is null ? null : TypeModel.Find(type);
        if (model is not { IsResource: true }) throw new ArgumentException(type is null ? "The JSON has no resourceType." : $"R4 has no resource type {type}.", nameof(json));
        return new ElementNode(model, json, default, parent: null, place: null, index: 0);
    }

    public static ElementNode OfDatatype(JsonElement json, string type)
    {
        if (type.Contains('.', StringComparison.Ordinal) || TypeModel.Find(type) is not { } model) throw new ArgumentException($"R4 has no type {type}.", nameof(type));
        return new ElementNode(model.IsResource ? ModelOfResource(json, model) : model, json, default, parent: null, place: null, index: 0);
    }

    internal override int Breadth => Holder is { ValueKind: JsonValueKind.Object } holder ? holder.GetPropertyCount() : 0;

    private JsonElement Holder => Model.IsPrimitive ? _extras : _json;

    public override IReadOnlyList<FhirNode> Children()
    {
        var children = new CollectionBuilder();
        AddAllChildren(ref children);
        return children.ToCollection().ToList();
    }

    internal void AddAllChildren(ref CollectionBuilder into)
    {
        var holder = Holder;
        if (holder.ValueKind != JsonValueKind.Object) return;
        foreach (var property in holder.EnumerateObject())
        {
            if (Model.ByJsonName.TryGetValue(property.Name, out var child))
            {
                AddValues(child, property.Value, child.Type.IsPrimitive ? Member(holder, child.ExtrasName) : default, ref into);
            }
            else if (property.Name.Length > 1 && property.Name[0] == '_' && Model.ByJsonName.TryGetValue(property.Name[1..], out child)
                && child.Type.IsPrimitive && Member(holder, child.JsonName).ValueKind == JsonValueKind.Undefined)
            {
                AddValues(child, default, property.Value, ref into);
            }
        }
    }

    internal override void AddChildren(string name, ref CollectionBuilder into)
    {
        var holder = Holder;
        if (holder.ValueKind != JsonValueKind.Object || !Model.ByName.TryGetValue(name, out var variants)) return;
        if (variants.Count > 4)
        {
            AddOpenChoice(holder, name, ref into);
            return;
        }

        foreach (var variant in variants)
        {
            var value = Member(holder, variant.JsonName);
            var extras = variant.Type.IsPrimitive ? Member(holder, variant.ExtrasName) : default;
            AddValues(variant, value, extras, ref into);
        }
    }

    // value[x] may have fifty types: reading the few properties that are there is quicker than asking for each that may be.
    private void AddOpenChoice(JsonElement holder, string name, ref CollectionBuilder into)
    {
        foreach (var property in holder.EnumerateObject())
        {
            var isExtras = property.Name.Length > 0 && property.Name[0] == '_';
            var jsonName = isExtras ? property.Name[1..] : property.Name;
            if (!jsonName.StartsWith(name, StringComparison.Ordinal) || !Model.ByJsonName.TryGetValue(jsonName, out var variant) || variant.Name != name) continue;
            if (!isExtras) AddValues(variant, property.Value, variant.Type.IsPrimitive ? Member(holder, variant.ExtrasName) : default, ref into);
            else if (Member(holder, jsonName).ValueKind == JsonValueKind.Undefined) AddValues(variant, default, property.Value, ref into);
        }
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
                Add(child, i < values && valueItems.MoveNext() ? valueItems.Current : default, i < extraCount && extraItems.MoveNext() ? extraItems.Current : default, i, ref into);
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
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty("resourceType"u8, out var type) && type.ValueKind == JsonValueKind.String ? type.GetString() : null;

    private static JsonElement Member(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value : default;
}
