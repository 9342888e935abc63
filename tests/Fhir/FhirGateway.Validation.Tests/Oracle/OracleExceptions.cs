namespace FhirGateway.Validation.Tests.Oracle;

/// <summary>Where we differ from HL7's validator, run offline, on purpose or because it could not look something up.</summary>
internal static class OracleExceptions
{
    // Words of HL7's validator that stand for an error it could not really judge.
    private static readonly (string Words, string Reason)[] Theirs =
    [
        ("https://www.usps.com/", "HAPI has the states of the USPS built in; here the system is not available, and its codes are information"),
        ("is not in valueset: http://hl7.org/fhir/ValueSet/languages", "offline it takes R4's few common languages for all there are; we check every part of a tag against IANA's registry"),
    ];

    private const string WithoutSystem = "offline it can't open a set over a system it lacks (UCUM, SNOMED CT), and then takes codes of any other system; such a set holds none of them";

    // Our rules that HL7's validator, run as here, does not have.
    private static readonly (string Rule, string Words, string Reason)[] Ours =
    [
        ("binding", "(http://hl7.org/fhir/ValueSet/ucum-units); the code must", WithoutSystem),
        ("binding", "us-core-observation-smokingstatus-max); the code must", WithoutSystem),
        ("format", "The text is empty", "it passes over an empty canonical in QuestionnaireResponse.questionnaire; FHIR's strings are never empty"),
        ("json", "is an empty array", "its parser refuses an empty array of objects but passes over one of primitives; FHIR's JSON forbids both, as HL7's own case empty-array says"),
    ];

    /// <summary>The reason when all that the one that finds errors complains of has one; null otherwise.</summary>
    public static string? Reason(IReadOnlyList<string> theirErrors, ValidationResult ours)
    {
        var reasons = ours.IsValid
            ? theirErrors.Select(error => Theirs.FirstOrDefault(known => error.Contains(known.Words, StringComparison.Ordinal)).Reason)
            : ours.Issues.Where(issue => issue.Severity >= IssueSeverity.Error).Select(issue => Ours.FirstOrDefault(known => known.Rule == issue.Rule && issue.Text.Contains(known.Words, StringComparison.Ordinal)).Reason);
        var all = reasons.ToList();
        return all.Count > 0 && all.TrueForAll(reason => reason is not null) ? all[0] : null;
    }
}
