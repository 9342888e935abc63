using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using FhirGateway.FhirPath;
using FhirGateway.Json;

namespace FhirGateway.Validation.Instances;

/// <summary>An element of the instance: where it is, its JSON and its type.</summary>
/// <param name="name">FHIRPath name; of a root, its type's name.</param>
/// <param name="index">Place among its repetitions; -1 when it does not repeat.</param>
/// <param name="type">Type code, such as <c>HumanName</c>, <c>code</c> or <c>Patient</c>; of an inline element BackboneElement.</param>
/// <param name="shape">What gives its children; null when the type is unknown.</param>
internal sealed class Focus(Focus? parent, JsonElement json, JsonElement extras, string name, int index, string type, ElementShape? shape)
{
    private const int BytesPerStep = 256;

    private FhirNode? _node;
    private (string Name, IReadOnlyList<FhirNode> Nodes) _nodes;

    public Focus? Parent => parent;

    /// <summary>The value; undefined for a primitive with extensions only.</summary>
    public JsonElement Json => json;

    /// <summary>What stands beside a primitive (<c>_birthDate</c>); undefined when there is nothing.</summary>
    public JsonElement Extras => extras;

    public string Name => name;

    public int Index => index;

    public string Type => type;

    public ElementShape? Shape => shape;

    public bool IsResource { get; init; }

    public bool IsPrimitive { get; init; }

    /// <summary>What looking through all of the element costs, in steps of work.</summary>
    public int Weight => 1 + (json.ValueKind == JsonValueKind.Undefined ? 0 : JsonMarshal.GetRawUtf8Value(json).Length / BytesPerStep);

    /// <summary>The element as FHIRPath sees it, made when first asked for.</summary>
    public FhirNode Node => _node ??= parent is null ? FhirNode.Of(json) : parent.NodeOf(this);

    /// <summary>The nearest resource: itself, when it is one.</summary>
    public Focus Resource
    {
        get
        {
            var focus = this;
            while (!focus.IsResource && focus.Parent is not null) focus = focus.Parent;
            return focus;
        }
    }

    /// <summary>The nearest resource that is not contained in another.</summary>
    public Focus RootResource
    {
        get
        {
            var resource = Resource;
            while (resource is { Name: "contained", Parent: { } owner }) resource = owner.Resource;
            return resource;
        }
    }

    public Focus Root
    {
        get
        {
            var focus = this;
            while (focus.Parent is not null) focus = focus.Parent;
            return focus;
        }
    }

    /// <summary>Where the element begins in the text around the root, in bytes.</summary>
    public int Offset
    {
        get
        {
            if (parent is null) return 0;
            var place = json.ValueKind != JsonValueKind.Undefined ? json : extras;
            if (place.ValueKind == JsonValueKind.Undefined) return parent.Offset;
            // All elements of a document are parts of one text.
            return JsonMarshal.GetRawUtf8Value(Root.Json).Overlaps(JsonMarshal.GetRawUtf8Value(place), out var offset) ? offset : 0;
        }
    }

    public string Location
    {
        get
        {
            var path = new StringBuilder();
            AppendTo(path);
            return path.ToString();
        }
    }

    /// <summary>The child elements of a FHIRPath name, read in silence: what is wrong with their JSON is found by the walk.</summary>
    public IReadOnlyList<Focus> Children(string child)
    {
        var (reader, present, found) = (default(ElementReader), new List<Present>(), new List<Focus>());
        reader.CollectMembers(this, present);
        foreach (var member in present)
        {
            if (member.Member.Element.Name == child) reader.AddInstances(this, member, found);
        }

        return found;
    }

    /// <summary>The first child element of a name; null when there is none.</summary>
    public Focus? Child(string child) => Children(child) is [var first, ..] ? first : null;

    /// <inheritdoc cref="JsonReading.Text"/>
    public string? Text(string member) => json.Text(member);

    /// <summary>A member that may be of any length: base64Binary, xhtml.</summary>
    public string? LongText(string member) => json.Member(member) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    private void AppendTo(StringBuilder path)
    {
        if (parent is not null)
        {
            parent.AppendTo(path);
            path.Append('.');
        }

        path.Append(name);
        if (index >= 0) path.Append('[').Append(index.ToString(CultureInfo.InvariantCulture)).Append(']');
    }

    private FhirNode NodeOf(Focus child)
    {
        if (_nodes.Name != child.Name) _nodes = (child.Name, Node.Children(child.Name));
        // If the JSON is too malformed for FHIRPath to find this element, validate it by itself: the malformed JSON has its own error.
        return Repetitions.At(_nodes.Nodes, child.Index, node => node.Index ?? -1) ?? FhirNode.Of(child.Json, child.Type);
    }
}
