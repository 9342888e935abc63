using FhirGateway.FhirPath.Types;

namespace FhirGateway.Validation.Schemas;

/// <summary>Writes what a compiled element demands, a line for each rule.</summary>
internal static class SchemaListing
{
    public static IEnumerable<string> Lines(ElementSchema element)
    {
        if (element.Occurs is { Min: > 0 } or { Max: not int.MaxValue }) yield return $"{element.Id}: {element.Occurs.Describe()}";
        if (element.Slicing is { } slicing && element.Slices.Count > 0) yield return $"{element.Id}: {Describe(slicing)}";
        foreach (var type in element.Types.Where(type => type.Profiles.Count == 1))
        {
            yield return $"{element.Id}: a {type.Code} conforms to {type.Profiles[0]}";
        }

        foreach (var rule in element.Rules) yield return $"{element.Id}: {rule.Describe()}";
    }

    private static string Describe(ElementSlicing slicing)
    {
        var discriminators = slicing.Discriminators.Select(discriminator => $"{discriminator.Type} of {discriminator.Path}");
        return $"sliced by {string.Join(", ", discriminators)}, {slicing.Rules}{(slicing.Ordered ? ", ordered" : "")}";
    }
}
