using FhirGateway.FhirPath.Types;
using FhirGateway.Json;
using FhirGateway.Validation.Instances;
using FhirGateway.Validation.Schemas;

namespace FhirGateway.Validation.Walking;

/// <summary>
/// R4 requires that observations of vital signs conform to its profiles, whether they claim them or not
/// (http://hl7.org/fhir/R4/observation-vitalsigns.html): which code calls for which profile.
/// </summary>
internal static class VitalSigns
{
    private static readonly Dictionary<string, string> ProfileByCode = new(StringComparer.Ordinal)
    {
        ["85353-1"] = "vitalspanel",
        ["9279-1"] = "resprate",
        ["8867-4"] = "heartrate",
        ["2708-6"] = "oxygensat",
        ["8310-5"] = "bodytemp",
        ["8302-2"] = "bodyheight",
        ["9843-4"] = "headcircum",
        ["29463-7"] = "bodyweight",
        ["39156-5"] = "bmi",
        ["85354-9"] = "bp",
        // SNOMED CT's body temperature, as HL7's validator has it.
        ["276885007"] = "bodytemp",
    };

    public static Schema? ProfileOf(Focus resource, ValidationRun run)
    {
        if (!run.Options.RequireVitalSigns || resource.Type != "Observation" || resource.Json.Member("code") is not { } code) return null;
        foreach (var coding in code.Items("coding"))
        {
            if (coding.Text("system") is not ("http://loinc.org" or "http://snomed.info/sct") || coding.Text("code") is not { } value)
            {
                continue;
            }

            if (ProfileByCode.TryGetValue(value, out var profile)) return run.Schemas.Find(R4Types.CoreBase + profile);
        }

        return null;
    }
}
