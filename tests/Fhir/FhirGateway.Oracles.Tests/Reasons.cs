using FhirGateway.Validation.Tests.Cases;

namespace FhirGateway.Oracles.Tests;

/// <summary>Why an oracle's verdict may differ from ours.</summary>
internal static class Reasons
{
    private const string Definitions = "it has the rules that definitions state, and none of those that HL7's validator adds by hand";
    private const string Questionnaires = "it does not compare a QuestionnaireResponse with its Questionnaire";
    private const string Codes = "it looks a code up only where a binding is required, and takes any other";
    private const string Displays = "it does not compare a coding's display with its code system";
    private const string CaseSettings = "the case's settings refuse unknown extensions and examples' urls; it has no such setting";
    private const string VitalSigns =
        "the case applies the vital signs profiles to whatever has their codes; it looks at the profiles that are "
        + "claimed";
    private const string WithoutSystem =
        "offline it can't open a set over a system it lacks (UCUM, SNOMED CT), and then takes codes of any other "
            + "system; such a set holds none of them";

    // One case, one reason.
    private static readonly Dictionary<string, string> FirelyCases = new(StringComparer.Ordinal)
    {
        ["contained-resource-bad-id-ignore"] = "the case switches the validation of contained resources off; it has no such setting",
        ["opdef-params"] = "it does not find that opd-3 fails where a parameter's type is a resource",
        ["params-empty-r4"] = "the SDK's reader refuses a resource without any element; HL7's validator takes one",
        ["q-enablewhen-me-wrong"] =
            "R4 publishes que-12 with 'more than 2' where its words say more than one; HL7's validator and we follow the "
            + "words",
        ["shc-bundle"] = "the SDK's reader refuses a byte order mark before the JSON",
        ["structureDefinition-11179-objectClass-R4"] =
            "R4's own definitions carry structuredefinition-fhir-type where its context does not allow it; HL7's validator "
                + "and we take that",
        ["json-comments-2-no"] = "the SDK's reader passes over comments, which JSON does not have",
    };

    // The finder's errors that stand for a difference, by words of theirs; ours begin with the rule's name in brackets.
    private static readonly Known[] Kinds =
    [
        // HL7's validator finds an error that it could not really judge.
        new(Oracle.HL7, Theirs: true, "https://www.usps.com/",
            "it has the states of the USPS built in; here the system is not available, and its codes are information"),
        new(Oracle.HL7, Theirs: true, "is not in valueset: http://hl7.org/fhir/ValueSet/languages",
            "offline it takes R4's few common languages for all there are; we check every part of a tag against IANA's registry"),

        // We find an error that HL7's validator, run as here, does not look for.
        new(Oracle.HL7, Theirs: false, "(http://hl7.org/fhir/ValueSet/ucum-units); the code must", WithoutSystem),
        new(Oracle.HL7, Theirs: false, "us-core-observation-smokingstatus-max); the code must", WithoutSystem),
        new(Oracle.HL7, Theirs: false, "[format] The text is empty",
            "it passes over an empty canonical in QuestionnaireResponse.questionnaire; FHIR's strings are never empty"),
        new(Oracle.HL7, Theirs: false, "is an empty array",
            "its parser refuses an empty array of objects but passes over one of primitives; FHIR's JSON forbids both, as "
                + "HL7's own case empty-array says"),

        // Firely's validator finds an error that neither HL7's nor we find.
        new(Oracle.Firely, Theirs: true, "constraint bdl-3c ", "it applies bdl-3c, which only R5 has"),
        new(Oracle.Firely, Theirs: true, "Cannot walk into unknown StructureDefinition",
            "a profile that names an extension of a package that is not loaded (SDC) can't be used by it at all; HL7's "
                + "validator and we use the rest of it"),
        new(Oracle.Firely, Theirs: true, "Unable to resolve reference to profile",
            "a claimed profile that is unknown is an error to it; in this case it is a warning to HL7's validator"),
        new(Oracle.Firely, Theirs: true, "The element 'blockquote'",
            "it checks narrative by XHTML's strict schema, where a blockquote may not hold text directly"),

        // We, mostly as HL7's validator, find an error that Firely's does not look for.
        new(Oracle.Firely, Theirs: false, "[questionnaire-", Questionnaires),
        new(Oracle.Firely, Theirs: false, "[coding-code]", Codes),
        new(Oracle.Firely, Theirs: false, "[coding-display]", Displays),
        new(Oracle.Firely, Theirs: false, "[coding-system]", Codes),
        new(Oracle.Firely, Theirs: false, "[extension-known]", CaseSettings),
        new(Oracle.Firely, Theirs: false, "[extension-modifier]", Definitions),
        new(Oracle.Firely, Theirs: false, "[attachment-size]", Definitions),
        new(Oracle.Firely, Theirs: false, "[bundle-fullurl]", Definitions),
        new(Oracle.Firely, Theirs: false, "[bundle-search]", Definitions),
        new(Oracle.Firely, Theirs: false, "[codesystem-", Definitions),
        new(Oracle.Firely, Theirs: false, "[document-reference]", Definitions),
        new(Oracle.Firely, Theirs: false, "[measurereport-score]", Definitions),
        new(Oracle.Firely, Theirs: false, "[meta-security]", Definitions),
        new(Oracle.Firely, Theirs: false, "[narrative-link]", Definitions),
        new(Oracle.Firely, Theirs: false, "[profile-", Definitions),
        new(Oracle.Firely, Theirs: false, "[reference-type]", Definitions),
        new(Oracle.Firely, Theirs: false, "[searchparameter-base]", Definitions),
        new(Oracle.Firely, Theirs: false, "[valueset-filter]", Definitions),
        new(Oracle.Firely, Theirs: false, "[vs-1]", VitalSigns),
        new(Oracle.Firely, Theirs: false, "[vs-3]", VitalSigns),
    ];

    /// <summary>Why the verdicts differ, when all that the one side complains of has a reason; null otherwise.</summary>
    /// <param name="name">The resource's; a few public cases have a reason of their own.</param>
    public static string? Of(Oracle oracle, string name, Verdict ours, Verdict theirs)
    {
        var cases = oracle == Oracle.HL7 ? ValidatorCaseExceptions.Reasons : FirelyCases;
        if (cases.GetValueOrDefault(name) is { } alone) return alone;
        var reasons = (ours.IsValid ? theirs : ours).Errors
            .Select(error => Kinds.FirstOrDefault(known => known.Fits(oracle, theirs: ours.IsValid, error))?.Reason)
            .Distinct()
            .ToList();
        return reasons.Count == 0 || reasons.Contains(null) ? null : string.Join("; ", reasons);
    }

    private sealed record Known(Oracle Oracle, bool Theirs, string Words, string Reason)
    {
        public bool Fits(Oracle oracle, bool theirs, string error) =>
            Oracle == oracle && Theirs == theirs && error.Contains(Words, StringComparison.Ordinal);
    }
}
