using System.Text.Json;
using FhirGateway.FhirPath.Types;
using FhirGateway.Json;
using FhirGateway.Validation.Schemas;
using FhirGateway.Validation.Slicing;
using FhirGateway.Validation.Walking;

namespace FhirGateway.Validation.Resources;

/// <summary>Profiles as resources: whether they can be used at all, and contradict what they derive from.</summary>
internal static class StructureDefinitionRules
{
    public static void Check(Focus focus, ValidationRun run)
    {
        if (focus.Text("derivation") != "constraint" || focus.Text("type") is not { } type || R4Types.Type(type) is null || focus.Json.Member("differential") is null) return;
        var structure = Structure.Parse(focus.Json);
        try
        {
            var parent = structure.BaseDefinition is { } derivedFrom ? run.Schemas.Find(derivedFrom) : null;
            var schema = new ProfileCompiler(structure, parent is { IsProfile: true } ? parent : null).Compile(withRules: false);
            foreach (var element in schema.Elements)
            {
                CheckFixed(element, parent, focus, run);
                CheckDiscriminators(element, focus, run);
            }
        }
        catch (SchemaException error)
        {
            run.Error("invalid", error.Message, focus, focus.Shape, "profile-usable");
        }
    }

    private static void CheckFixed(ElementSchema element, Schema? parent, Focus focus, ValidationRun run)
    {
        if (element.Definition?.Fixed is not { } value || parent?.Element(element.Id)?.Definition?.Fixed is not { } before) return;
        if (!JsonElement.DeepEquals(value.Json, before.Json)) run.Error("invalid", $"{element.Id} is fixed to {value.Json}, but {parent.Url} fixes it to {before.Json}.", focus, focus.Shape, "profile-fixed");
    }

    private static void CheckDiscriminators(ElementSchema element, Focus focus, ValidationRun run)
    {
        if (element.Definition?.Slicing is not { } slicing || element.Name is not ("extension" or "modifierExtension")) return;
        foreach (var discriminator in slicing.Discriminators)
        {
            var first = DiscriminatorPath.Steps(discriminator.Path) is [var step, ..] ? step : null;
            if (first is null or "url" or "value" or "id" || first.Contains('(', StringComparison.Ordinal) || first == "extension") continue;
            run.Error("invalid", $"{element.Id} is sliced by {discriminator.Path}, which an Extension does not have.", focus, focus.Shape, "profile-discriminator");
        }
    }
}
