using FhirGateway.FhirPath.Types;
using FhirGateway.Validation.Instances;
using FhirGateway.Validation.Resources;
using FhirGateway.Validation.Rules;

namespace FhirGateway.Validation.Schemas;

/// <summary>Compiles a core type: its snapshot is complete and has no slices. What FHIR says of the type in prose is added.</summary>
internal sealed class CoreCompiler(Structure structure, CoreSchemas core)
{
    public Schema Compile()
    {
        var schema = new Schema(structure, parent: null);
        foreach (var definition in structure.Elements)
        {
            if (definition.SliceName is null) Add(definition, schema);
        }

        foreach (var element in schema.Elements)
        {
            if (element.Definition?.ContentReference is { } reference)
            {
                element.Content = schema.Element(reference[(reference.IndexOf('#', StringComparison.Ordinal) + 1)..]);
            }
        }

        foreach (var element in schema.Elements)
        {
            if (element.HasChildren || element == schema.Root) element.Members = Members(element);
        }

        return schema;
    }

    private void Add(StructureElement definition, Schema schema)
    {
        var element = new ElementSchema(definition.Path, definition.Name, schema) { Definition = definition, Types = definition.Types };
        schema.Register(element);
        var rules = core.Rules.Rules(definition, structure);
        if (!definition.Path.Contains('.', StringComparison.Ordinal))
        {
            element.Rules = [.. rules, .. TypeRules.Of(structure)];
            return;
        }

        element.Occurs = new CardinalityRule(definition.Name, null, definition.Min ?? 0, definition.Max ?? int.MaxValue);
        element.Rules = rules;
        var parent = schema.Element(definition.Path[..definition.Path.LastIndexOf('.')])!;
        parent.Add(element);
        if (element.Min > 0) parent.Required.Add(element);
    }

    private Dictionary<string, JsonMember> Members(ElementSchema element)
    {
        var members = new Dictionary<string, JsonMember>(StringComparer.Ordinal);
        foreach (var child in element.Children)
        {
            // A primitive's value is the JSON value itself.
            if (structure.Kind == StructureKind.PrimitiveType && child.Name == "value") continue;
            var definition = child.Definition!;
            if (child.Content is not null)
            {
                members[child.Name] = new JsonMember(child.Name, child, "BackboneElement", core) { Repeats = child.Max != 1 };
            }

            foreach (var type in definition.Types)
            {
                var jsonName = definition.IsChoice ? child.Name + char.ToUpperInvariant(type.Code[0]) + type.Code[1..] : child.Name;
                var isPrimitive = char.IsLower(type.Code[0]);
                members[jsonName] = new JsonMember(jsonName, child, type.Code, core)
                {
                    Repeats = child.Max != 1,
                    IsPrimitive = isPrimitive,
                    HasExtras = isPrimitive && !IsAttribute(definition, type),
                };
            }
        }

        return members;
    }

    // An element's id and an extension's url are XML attributes and carry no extensions; a resource's id may.
    private static bool IsAttribute(StructureElement definition, ElementType type) =>
        type.IsSystem && definition.Representation.Contains("xmlAttr") || type.Code == "xhtml";
}
