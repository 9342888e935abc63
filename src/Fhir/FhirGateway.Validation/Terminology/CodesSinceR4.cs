namespace FhirGateway.Validation.Terminology;

/// <summary>
/// Codes that HL7 added, after R4 was published, to code systems that R4 carries a copy of. Only what resources written
/// today need: without them the copy would call a good code an error.
/// </summary>
internal static class CodesSinceR4
{
    private static readonly Dictionary<string, IReadOnlyList<CodeConcept>> BySystem = new(StringComparer.Ordinal)
    {
        // As HL7's terminology source (github.com/HL7/UTG, v3-ObservationValue 6.0.0) has it, below "provenance asserted by"; used as
        // the HL7 AI Transparency on FHIR guide says, to label what an AI wrote.
        ["http://terminology.hl7.org/CodeSystem/v3-ObservationValue"] =
            [new("AIAST", "Artificial Intelligence asserted", [], ["_SECINTPRVABOBV"], new Dictionary<string, IReadOnlyList<string>>())],
    };

    public static IReadOnlyList<CodeConcept> Of(string system) => BySystem.GetValueOrDefault(system) ?? [];
}
