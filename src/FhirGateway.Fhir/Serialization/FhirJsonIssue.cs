namespace FhirGateway.Fhir.Serialization;

/// <summary>Something in a FHIR JSON text that breaks the rules.</summary>
/// <param name="Code">The FHIR issue-type: invalid (no JSON at all), structure, value or not-supported.</param>
/// <param name="Location">Where, like a FHIRPath: Bundle.entry[0].resource.status.</param>
/// <param name="Text">What is wrong. It never holds the value, which may be about a patient.</param>
/// <param name="Position">The byte in the text, from 0.</param>
public sealed record FhirJsonIssue(string Code, string Location, string Text, long Position)
{
    public override string ToString() => $"{Location}: {Text}";
}
