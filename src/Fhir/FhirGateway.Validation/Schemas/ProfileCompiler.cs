using FhirGateway.FhirPath.Types;

namespace FhirGateway.Validation.Schemas;

/// <summary>
/// Compiles a profile, from its snapshot when it has one, else from its differential beside its parent's schema. What the
/// core type says already is left out, because the core type is always applied too.
/// </summary>
internal sealed class ProfileCompiler(Structure structure, Schema? parent)
{
    private readonly Schema _schema = new(structure, parent);
    private readonly Dictionary<ElementSchema, Place> _places = [];

    /// <summary>Where in the core types an element of the profile lies.</summary>
    /// <param name="Core">The core element; null for a root and where the core has none.</param>
    /// <param name="Content">What gives its children: a core type's root or an inline element; null when unknown (a choice not narrowed).</param>
    private readonly record struct Place(ElementSchema? Core, ElementSchema? Content);

    /// <param name="withRules">False for a definition that is looked at and not applied: equal rules are kept for ever, so that they are made once, and these would be kept for nobody.</param>
    public Schema Compile(bool withRules = true)
    {
        var ids = new ElementIds(structure.Url);
        var coreRoot = SchemaSet.Type(structure.Type)?.Root;
        var root = new ElementSchema(structure.Type, structure.Type, _schema) { Inherited = parent?.Root };
        _schema.Register(root);
        _places[root] = new Place(null, coreRoot);
        foreach (var definition in structure.Elements)
        {
            var element = Reach(ids.Next(definition));
            Fill(element, definition, withRules);
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
        return colon < 0 ? Child(owner, id, segment) : Slice(Reach(id[..dot] + "." + segment[..colon]), id, segment[(colon + 1)..]);
    }

    private ElementSchema Child(ElementSchema owner, string id, string segment)
    {
        var content = _places[owner].Content;
        var name = segment.EndsWith("[x]", StringComparison.Ordinal) ? segment[..^3] : segment;
        if (content?.Members is { } members && content.Child(name) is null && members.TryGetValue(name, out var member) && member.Element.Name != name)
        {
            // valueQuantity is short for the slice of value[x] that is a Quantity.
            var choice = Reach($"{owner.Id}.{member.Element.Name}[x]");
            choice.Slicing ??= SlicedByType;
            var typed = Slice(choice, $"{owner.Id}.{member.Element.Name}[x]:{name}", name);
            if (typed.Types.Count == 0) typed.Types = [.. member.Element.Types.Where(type => type.Code == member.Type)];
            _places[typed] = new Place(member.Element, SchemaSet.Type(member.Type)?.Root);
            return typed;
        }

        if (content is not null && content.Child(name) is null && content.Members is not null) throw new SchemaException($"{structure.Url} constrains {id}, which {content.Id} does not have: mend its path.");
        var core = content?.Child(name);
        var element = new ElementSchema(id, name, _schema) { Inherited = InheritedOf(id) };
        Register(element, core);
        owner.Add(element);
        return element;
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

    private void Register(ElementSchema element, ElementSchema? core)
    {
        _schema.Register(element);
        _places[element] = new Place(core, ContentOf(core, core?.Types ?? []));
    }

    private ElementSchema? InheritedOf(string id) => parent?.Element(id) ?? parent?.Root.Inherited?.Schema.Element(id);

    private static ElementSchema? ContentOf(ElementSchema? core, IReadOnlyList<ElementType> types)
    {
        if (core is null) return null;
        if (core.Content is not null) return core.Content;
        if (core.HasChildren) return core;
        return types.Count == 1 ? SchemaSet.Type(types[0].Code)?.Root : null;
    }

    private void Fill(ElementSchema element, StructureElement definition, bool withRules)
    {
        if (element.Definition is not null) return;
        element.Definition = definition;
        var (core, content) = _places[element];
        if (definition.Types.Count > 0)
        {
            element.Types = definition.Types;
            if (core is { HasChildren: false, Content: null }) _places[element] = new Place(core, ContentOf(core, definition.Types) ?? content);
        }

        element.Slicing = definition.Slicing ?? element.Slicing;
        var isRoot = element == _schema.Root;
        element.Min = isRoot ? 0 : definition.Min ?? 0;
        element.Max = isRoot ? int.MaxValue : definition.Max ?? int.MaxValue;
        // A slice starts from the same core element as what it slices.
        if (withRules) element.Rules = RuleCompiler.Rules(definition, structure, isRoot ? SchemaSet.Type(structure.Type)?.Root.Definition : core?.Definition);
    }

    private void Finish(ElementSchema element)
    {
        if (element.Slices.Count > 0 && element.Slicing is null) element.Slicing = element.Inherited?.Slicing ?? ImpliedSlicing(element);
        if (element.Definition?.ContentReference is { } reference) element.Content = _schema.Element(reference[(reference.IndexOf('#', StringComparison.Ordinal) + 1)..]);

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

    private SchemaException Unusable(string id) => new($"{structure.Url} has the element {id}, which can't be sliced there: mend its id.");
}
