using FhirGateway.Fhir;
using FhirGateway.Mapping;
using FhirGateway.Mapping.Codes;
using FhirGateway.Mapping.Rules;
using static FhirGateway.Fhir.R4;

namespace FhirGateway.Mappings.Metriport;

/// <summary>
/// A patient's consolidated data → the FHIR bundle as Metriport sent it, in a Binary, and a DocumentReference that names it. It is not
/// taken apart: its resources are other organisations' words, with Metriport's ids.
/// </summary>
public sealed class MetriportConsolidatedMapping : ResourceMapping
{
    private const string Title = "Consolidated data";

    public MetriportConsolidatedMapping()
    {
        SubjectIs("/externalId", otherwise: "/patientId", otherwiseKind: MetriportReads.PatientKind);
        InOrderPer("/patientId");
        MetriportReads.IgnoreMessage(Rules);
        Ignore("filters", "what was asked for; the bundle says what came");
        Creates(Binary, binary =>
        {
            binary.IdentifiedByEvent(Binary.Id).Because("a Binary has no identifier");
            binary.Always(Binary.ContentType, "application/fhir+json");
            binary.Field("bundle").As(MetriportReads.Json).To(Binary.Data).Because("as it came, byte for byte");
        });
        Creates(DocumentReference, document =>
        {
            document.Field("/patientId").As(MetriportReads.ConsolidatedId)
                .Identifies(DocumentReference.MasterIdentifier)
                .Because("each answer to a query stands by itself");
            document.Always(DocumentReference.Status, "current").Because("Metriport's own reference lacks the status that FHIR requires");
            document.Always(DocumentReference.Type, new Concept(Loinc.System, "11503-0", Title)).Because("LOINC \"Medical records\"");
            document.Subject(DocumentReference.Subject);
            document.Always(DocumentReference.Description, "Consolidated data from health information exchanges");
            document.Always(DocumentReference.Content.Attachment.ContentType, "application/fhir+json");
            document.UrlOf("Binary", DocumentReference.Content.Attachment.Url);
            document.Always(DocumentReference.Content.Attachment.Title, Title);
            document.Field("/patientId").As(Read.LogicalReference("Patient", MetriportReads.PatientKind)).To(DocumentReference.Context.SourcePatientInfo)
                .Because("the patient as Metriport knows them");
        });
    }
}
