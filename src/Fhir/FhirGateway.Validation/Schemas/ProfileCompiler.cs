using FhirGateway.FhirPath.Types;
using FhirGateway.Validation.Definitions;
using FhirGateway.Validation.Instances;
using FhirGateway.Validation.Rules;

namespace FhirGateway.Validation.Schemas;

/// <summary>
/// Compiles a profile, from its snapshot when it has one, else from its differential beside its parent's schema. What the
/// core type says already is left out, because the core type is always applied too.
/// </summary>
/// <param name="core">The core types.</param>
/// <param name="rules">Null for a definition that is looked at and not applied: it has no rules, and none are kept for it.</param>
internal sealed class ProfileCompiler(Structure structure, Schema? parent, CoreSchemas core, RuleCompiler? rules)
{
    private readonly Schema _schema = new(structure, parent);
    private readonly Dictionary<ElementSchema, Place> _places = [];

    /// <summary>Where in the core types an element of the profile lies.</summary>
    /// <param name="Core">The core element; null for a root and where the core has none.</param>
    /// <param name="Content">
    /// What gives its children: a core type's root or an inline element; null when unknown (a choice not narrowed).
    /// </param>
    private readonly record struct Place(ElementSchema? Core, ElementSchema? Content);

    /// <exception cref="SchemaException">The definition can't be used.</exception>
    public Schema Compile()
    {
        var ids = new ElementIds(structure.Url);
        var coreRoot = core.Find(structure.Type);
        var root = new ElementSchema(structure.Type, structure.Type, _schema) { Inherited = parent?.Root };
        _schema.Register(root);
        _places[root] = new Place(null, coreRoot);
        foreach (var definition in structure.Elements)
        {
            var element = Reach(ids.Next(definition));
            Fill(element, definition);
        }

        foreach (var element in _schema.Elements.ToList()) Finish(element);
        return _schema;
    }

    // The schema at an id, made with all that leads to it: a differential may name a grandchild only.
    private ElementSchema Reach(string id)
    {
        if (_schema.Element(id) is { } known) return known;
        var dot = id.LastIndexOf('.');
        if (dot < 0) return id.Contains(':', StringComparison.Ordinal) ? throw Unusable(id) : _schema.Root;
        var owner = Reach(id[..dot]);
        var segment = id[(dot + 1)..];
        var colon = segment.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0) return Child(owner, id, segment);
        return Slice(Reach(id[..dot] + "." + segment[..colon]), id, segment[(colon + 1)..]);
    }

    private ElementSchema Child(ElementSchema owner, string id, string segment)
    {
        var content = _places[owner].Content;
        var name = segment.EndsWith("[x]", StringComparison.Ordinal) ? segment[..^3] : segment;
        if (content?.Members is { } members && content.Child(name) is null)
        {
            if (!members.TryGetValue(name, out var member) || member.Element.Name == name) throw Misplaced(id, content);
            return Typed(owner, name, member);
        }

        var element = new ElementSchema(id, name, _schema) { Inherited = InheritedOf(id) };
        Register(element, content?.Child(name));
        owner.Add(element);
        return element;
    }

    // valueQuantity is short for the slice of value[x] that is a Quantity.
    private ElementSchema Typed(ElementSchema owner, string name, JsonMember member)
    {
        var choice = Reach($"{owner.Id}.{member.Element.Name}[x]");
        choice.Slicing ??= SlicedByType;
        var typed = Slice(choice, $"{owner.Id}.{member.Element.Name}[x]:{name}", name);
        var place = (ElementSchema)member.Element;
        if (typed.Types.Count == 0) typed.Types = [.. place.Types.Where(type => type.Code == member.Type)];
        _places[typed] = new Place(place, core.Find(member.Type));
        return typed;
    }

    private ElementSchema Slice(ElementSchema sliced, string id, string sliceName)
    {
        if (_schema.Element(id) is { } known) return known;
        var owner = sliced;
        var slash = sliceName.LastIndexOf('/');
        if (slash > 0) owner = Slice(sliced, $"{sliced.Id}:{sliceName[..slash]}", sliceName[..slash]);
        var element = new ElementSchema(id, sliced.Name, _schema) { SliceName = sliceName, Inherited = InheritedOf(id) };
        Register(element, _places[sliced].Core);
        owner.Slices.Add(element);
        return element;
    }

    private void Register(ElementSchema element, ElementSchema? place)
    {
        _schema.Register(element);
        _places[element] = new Place(place, ContentOf(place, place?.Types ?? []));
    }

    private ElementSchema? InheritedOf(string id) => parent?.Element(id) ?? parent?.Root.Inherited?.Schema.Element(id);

    private ElementSchema? ContentOf(ElementSchema? place, IReadOnlyList<ElementType> types)
    {
        if (place is null) return null;
        if (place.Content is not null) return place.Content;
        if (place.HasChildren) return place;
        return types.Count == 1 ? core.Find(types[0].Code) : null;
    }

    private void Fill(ElementSchema element, StructureElement definition)
    {
        if (element.Definition is not null) return;
        element.Definition = definition;
        var (place, content) = _places[element];
        if (definition.Types.Count > 0)
        {
            element.Types = definition.Types;
            if (place is { HasChildren: false, Content: null })
            {
                _places[element] = new Place(place, ContentOf(place, definition.Types) ?? content);
            }
        }

        element.Slicing = definition.Slicing ?? element.Slicing;
        var isRoot = element == _schema.Root;
        if (!isRoot)
        {
            element.Occurs = new CardinalityRule(element.Name, element.SliceName, definition.Min ?? 0, definition.Max ?? int.MaxValue);
        }

        // A slice starts from the same core element as what it slices.
        var known = isRoot ? core.Find(structure.Type)?.Definition : place?.Definition;
        if (rules is not null) element.Rules = rules.Rules(definition, structure, known);
    }

    private void Finish(ElementSchema element)
    {
        if (element.Slices.Count > 0 && element.Slicing is null) element.Slicing = element.Inherited?.Slicing ?? ImpliedSlicing(element);
        if (element.Definition?.ContentReference is { } reference)
        {
            element.Content = _schema.Element(reference[(reference.IndexOf('#', StringComparison.Ordinal) + 1)..]);
        }

        foreach (var child in element.Children)
        {
            var coreMin = _places[child].Core?.Min ?? 0;
            if (child.Min > coreMin || child.Slices.Exists(slice => slice.Min > 0)) element.Required.Add(child);
        }
    }

    private static ElementSlicing? ImpliedSlicing(ElementSchema element) => element.Name switch
    {
        "extension" or "modifierExtension" => new ElementSlicing([new ElementDiscriminator("value", "url")], Ordered: false, "open"),
        _ when element.Id.EndsWith("[x]", StringComparison.Ordinal) => SlicedByType,
        _ => null,
    };

    private static ElementSlicing SlicedByType { get; } = new([new ElementDiscriminator("type", "$this")], Ordered: false, "open");

    private SchemaException Unusable(string id) =>
        new($"{structure.Url} has the element {id}, which can't be sliced there: correct its id.");

    private SchemaException Misplaced(string id, ElementSchema content) =>
        new($"{structure.Url} constrains {id}, which {content.Id} does not have: correct its path.");
}
