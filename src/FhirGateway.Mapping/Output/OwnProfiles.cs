using FhirGateway.Mapping.Codes;
using Hl7.Fhir.Model;

namespace FhirGateway.Mapping.Output;

/// <summary>
/// Which profile of this gateway's own package (<c>profiles/</c>) a resource states in <c>meta.profile</c>: it is checked against it before
/// it is sent.
/// </summary>
internal static class OwnProfiles
{
    public const string AiDevice = "ai-device";
    public const string RecordsService = "records-service";
    public const string GatewayDevice = "gateway-device";
    public const string Custodian = "custodian";
    public const string Provenance = "provenance";

    /// <summary>The profile of what a mapping writes; null where none is for such a resource.</summary>
    public static string? Of(Resource resource, EventMapping mapping) => resource switch
    {
        Composition => IsIntake(mapping) ? "patient-intake" : mapping.IsByAi ? "ai-note" : "note",
        DocumentReference document => OfDocument(document, mapping),
        MedicationStatement when mapping.IsToldByPatient => "patient-reported-medication",
        _ => null,
    };

    /// <summary>States a profile.</summary>
    public static void State(Resource resource, string profile)
    {
        resource.Meta ??= new Meta();
        resource.Meta.ProfileElement.Add(new Canonical(GatewayUris.Profile(profile)));
    }

    private static string? OfDocument(DocumentReference document, EventMapping mapping)
    {
        if (mapping is DocumentMapping)
        {
            return IsIntake(mapping) ? "patient-intake-document"
                : mapping.IsByAi && mapping.Category == DocumentCategory.ClinicalNote ? "ai-note-document"
                : "note-document";
        }

        if (mapping.Category is null || document.MasterIdentifier is null) return null;
        if (mapping.IsByAi) return "document";
        return mapping.Category == DocumentCategory.RetrievedDocument ? "retrieved-document"
            : mapping.Category == DocumentCategory.RetrievalStatusNote ? "retrieval-status-note"
            : "document";
    }

    private static bool IsIntake(EventMapping mapping) =>
        mapping.Category == DocumentCategory.PatientReportedIntake && mapping.IsToldByPatient;
}
