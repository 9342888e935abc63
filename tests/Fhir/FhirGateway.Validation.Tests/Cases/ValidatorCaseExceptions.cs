namespace FhirGateway.Validation.Tests.Cases;

/// <summary>The cases on which we and the recorded outcome differ, each with the reason.</summary>
internal static class ValidatorCaseExceptions
{
    public static IReadOnlyDictionary<string, string> Reasons { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["obs-temp-code2"] = "needs SNOMED CT: the code does not exist in it",
        ["vs-bad-code"] = "needs SNOMED CT: the codes do not exist in it",
        ["vs-bad-ecl"] = "needs a terminology server that reads SNOMED CT's expression constraints",
        ["vs-bad-ecl-us"] = "needs a terminology server that reads SNOMED CT's expression constraints",
        ["uk-msg"] = "needs SNOMED CT: its errors are displays and codes of it",
        ["shc-cvx"] = "needs CVX: the code 209 is not in it",
        ["res-inv-example-bad"] = "needs the package hl7.fhir.uv.extensions: without it the extensions it uses are unknown, and the "
            + "case refuses unknown ones",
        ["signatures-example-2"] = "the only errors are about a digital signature's cryptography, which is not part of this validator",
        ["toplevel-minvalueduration-fail / profile"] = "minValueDuration is not in R4's ElementDefinition, and measures against today: "
            + "validation here has no clock",
        ["toplevel-maxvalueduration-fail / profile"] = "maxValueDuration is not in R4's ElementDefinition, and measures against today: "
            + "validation here has no clock",
    };
}
