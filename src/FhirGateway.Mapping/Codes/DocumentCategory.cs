namespace FhirGateway.Mapping.Codes;

/// <summary>
/// What kind of document a DocumentReference is, for those who search by <c>category</c>. What a clinician's note is not has a category of
/// the gateway's own: US Core's would promise more than there is.
/// </summary>
public static class DocumentCategory
{
    private static readonly string Own = GatewayUris.CodeSystem("document-category");

    /// <summary>A note that is written for clinicians (US Core 6.1.0, US Core DocumentReference Category).</summary>
    public static Concept ClinicalNote { get; } =
        new("http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category", "clinical-note");

    /// <summary>What a patient told before a visit, as somebody or something wrote it down.</summary>
    public static Concept PatientReportedIntake { get; } = new(Own, "patient-reported-intake");

    /// <summary>A document that another organisation made, and that was fetched from there.</summary>
    public static Concept RetrievedDocument { get; } = new(Own, "retrieved-document");

    /// <summary>How the retrieval of records goes: nothing clinical.</summary>
    public static Concept RetrievalStatusNote { get; } = new(Own, "retrieval-status-note");
}
