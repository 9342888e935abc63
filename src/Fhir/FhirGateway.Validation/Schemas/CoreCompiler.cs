using FhirGateway.FhirPath.Types;

namespace FhirGateway.Validation.Schemas;

/// <summary>Compiles a core type: its snapshot is complete and has no slices.</summary>
internal sealed class CoreCompiler(Structure structure)
{
    public Schema Compile()
    {
        var schema = new Schema(structure, parent: null);
        foreach (var definition in structure.Elements)
        {
            if (definition.SliceName is not null) continue;
            var element = new ElementSchema(definition.Path, definition.Name, schema) { Definition = definition, Types = definition.Types };
            schema.Register(element);
            if (!definition.Path.Contains('.', StringComparison.Ordinal))
            {
                element.Rules = RuleCompiler.Rules(definition, structure);
                continue;
            }

            element.Min = definition.Min ?? 0;
            element.Max = definition.Max ?? int.MaxValue;
            element.Rules = RuleCompiler.Rules(definition, structure);
            var parent = schema.Element(definition.Path[..definition.Path.LastIndexOf('.')])!;
            parent.Add(element);
            if (element.Min > 0) parent.Required.Add(element);
        }

        foreach (var element in schema.Elements)
        {
            if (element.Definition?.ContentReference is { } reference) element.Content = schema.Element(reference[(reference.IndexOf('#', StringComparison.Ordinal) + 1)..]);
        }

        foreach (var element in schema.Elements)
        {
            if (element.HasChildren || element == schema.Root) element.Members = Members(element);
        }

        return schema;
    }

    private Dictionary<string, JsonMember> Members(ElementSchema element)
    {
        var members = new Dictionary<string, JsonMember>(StringComparer.Ordinal);
        foreach (var child in element.Children)
        {
            // A primitive's value is the JSON value itself.
            if (structure.Kind == StructureKind.PrimitiveType && child.Name == "value") continue;
            var definition = child.Definition!;
            var repeats = child.Max != 1;
            if (child.Content is not null) members[child.Name] = new JsonMember(child.Name, child, "BackboneElement", repeats, IsPrimitive: false, HasExtras: false);
            foreach (var type in definition.Types)
            {
                var jsonName = definition.IsChoice ? child.Name + char.ToUpperInvariant(type.Code[0]) + type.Code[1..] : child.Name;
                var primitive = char.IsLower(type.Code[0]);
                members[jsonName] = new JsonMember(jsonName, child, type.Code, repeats, primitive, primitive && !IsAttribute(definition, type));
            }
        }

        return members;
    }

    // An element's id and an extension's url are XML attributes and carry no extensions; a resource's id may.
    private static bool IsAttribute(StructureElement definition, ElementType type) => type.IsSystem && definition.Representation.Contains("xmlAttr") || type.Code == "xhtml";
}
