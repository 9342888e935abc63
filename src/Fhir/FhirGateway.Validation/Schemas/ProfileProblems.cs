using System.Text.Json;
using FhirGateway.FhirPath.Types;
using FhirGateway.Validation.Definitions;
using FhirGateway.Validation.Findings;

namespace FhirGateway.Validation.Schemas;

/// <summary>
/// What is wrong with a profile that somebody publishes: whether it can be used at all, and contradicts what it derives from.
/// </summary>
internal static class ProfileProblems
{
    public static List<Finding> Of(Structure profile, SchemaSet schemas)
    {
        try
        {
            var parent = profile.BaseDefinition is { } derivedFrom ? schemas.Find(derivedFrom) : null;
            var from = parent is { IsProfile: true } ? parent : null;
            // Its rules are not needed: nobody applies it.
            var elements = new ProfileCompiler(profile, from, schemas.Core, rules: null).Compile().Elements;
            return [.. elements.SelectMany(element => Fixed(element, parent).Concat(Discriminators(element)))];
        }
        catch (SchemaException error)
        {
            return [DefinitionFindings.ProfileUnusable(error.Message)];
        }
    }

    private static IEnumerable<Finding> Fixed(ElementSchema element, Schema? parent)
    {
        if (element.Definition?.Fixed is not { } value || parent?.Element(element.Id)?.Definition?.Fixed is not { } before) yield break;
        if (!JsonElement.DeepEquals(value.Json, before.Json))
        {
            yield return DefinitionFindings.FixedOtherwise(element.Id, value.Json.ToString(), parent.Url, before.Json.ToString());
        }
    }

    private static IEnumerable<Finding> Discriminators(ElementSchema element)
    {
        if (element.Definition?.Slicing is not { } slicing || element.Name is not ("extension" or "modifierExtension")) yield break;
        foreach (var discriminator in slicing.Discriminators)
        {
            var first = DiscriminatorPath.Steps(discriminator.Path) is [var step, ..] ? step : null;
            if (first is null or "url" or "value" or "id" or "extension" || first.Contains('(', StringComparison.Ordinal)) continue;
            yield return DefinitionFindings.DiscriminatorNotInExtension(element.Id, discriminator.Path);
        }
    }
}
