namespace FhirGateway.Fhir.Terminology;

/// <summary>
/// Codes that HL7 added, after R4 was published, to code systems that R4 carries a copy of. Only what resources written
/// today need: without them the copy would call a good code an error.
/// </summary>
internal static class CodesSinceR4
{
    private static readonly Dictionary<string, IReadOnlyList<(string Code, string Display)>> BySystem = new(StringComparer.Ordinal)
    {
        // terminology.hl7.org; used as the HL7 AI Transparency on FHIR guide says, to label what an AI wrote.
        ["http://terminology.hl7.org/CodeSystem/v3-ObservationValue"] = [("AIAST", "Artificial Intelligence asserted")],
    };

    public static IReadOnlyList<(string Code, string Display)> Of(string system) => BySystem.GetValueOrDefault(system) ?? [];
}
