namespace FhirGateway.Validation.Schemas;

/// <summary>Writes what a compiled element demands, a line for each rule.</summary>
internal static class SchemaListing
{
    public static IEnumerable<string> Lines(ElementSchema element)
    {
        if (element.Min > 0 || element.Max != int.MaxValue) yield return $"{element.Id}: {element.Min}..{(element.Max == int.MaxValue ? "*" : element.Max)}";
        if (element.Slicing is { } slicing && element.Slices.Count > 0)
        {
            yield return $"{element.Id}: sliced by {string.Join(", ", slicing.Discriminators.Select(discriminator => $"{discriminator.Type} of {discriminator.Path}"))}, {slicing.Rules}{(slicing.Ordered ? ", ordered" : "")}";
        }

        foreach (var type in element.Types.Where(type => type.Profiles.Count == 1)) yield return $"{element.Id}: a {type.Code} conforms to {type.Profiles[0]}";
        foreach (var rule in element.Rules) yield return $"{element.Id}: {rule.Describe()}";
    }
}
