using FhirGateway.FhirPath.Types;

namespace FhirGateway.Validation.Schemas;

/// <summary>What an element must have to belong to a slice, by one discriminator. Found out once for each slice.</summary>
/// <param name="Type">value, pattern, exists, type or profile.</param>
/// <param name="Steps">The discriminator's path.</param>
/// <param name="Schemas">What the definition says of the element at its end.</param>
internal sealed record SliceTest(string Type, IReadOnlyList<string> Steps, List<ElementSchema> Schemas)
{
    public static SliceTest Of(ElementDiscriminator discriminator, ElementSchema slice, SchemaSet schemas)
    {
        var steps = DiscriminatorPath.Steps(discriminator.Path);
        return new SliceTest(discriminator.Type, steps, DiscriminatorPath.Schemas(slice, steps, schemas));
    }
}
