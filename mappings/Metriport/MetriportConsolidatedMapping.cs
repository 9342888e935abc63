using FhirGateway.Mapping;
using FhirGateway.Mapping.Codes;
using FhirGateway.Mapping.Rules;
using Hl7.Fhir.Model;

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
        Categorised(DocumentCategory.RetrievedDocument);
        SubjectIs("/externalId", otherwise: "/patientId", otherwiseKind: MetriportReads.PatientKind, MetriportReads.EhrPatients);
        InOrderPer("/patientId");
        OneDocumentPer(
            SetPart.Of("consolidated", "/patientId"),
            SetPart.Content("filters", "/filters").OrWithout()); // an answer to another question is another document
        NewestBy("/meta/when");
        MetriportReads.IgnoreMessage(Rules);
        Ignore("filters", "what was asked for; the bundle says what came");
        Creates<Binary>(binary =>
        {
            binary.IdentifiedByEvent(b => b.Id).Because("a Binary has no identifier");
            binary.Subject(b => b.SecurityContext).Because("a Binary has no subject: who may see the patient may see it");
            binary.Always(b => b.ContentType, "application/fhir+json");
            binary.Field("bundle").As(MetriportReads.Json).To(b => b.DataElement)
                .Because("as it came, byte for byte; a signed link would open the data to whoever reads the chart");
        });
        Creates<DocumentReference>(document =>
        {
            document.Field("/patientId").As(MetriportReads.ConsolidatedId)
                .To(d => d.MasterIdentifier)
                .Because("names the version");
            document.Always(d => d.Type, new Concept(Loinc.System, "11503-0", Title)).Because("LOINC \"Medical records\"");
            document.Subject(d => d.Subject);
            document.InMessage(message => message.In(
                "meta",
                meta =>
                    meta.Field("when").As(MetriportReads.ZonedInstant).To(d => d.DateElement).Because("when Metriport put it together")));
            document.Always(d => d.Description, "Consolidated data from health information exchanges");
            document.Always(d => d.Content[0].Attachment.ContentType, "application/fhir+json");
            document.UrlOf("Binary", d => d.Content[0].Attachment.Url);
            document.Always(d => d.Content[0].Attachment.Title, Title);
            document.Field("/patientId")
                .As(Read.LogicalReference("Patient", MetriportReads.PatientKind)).To(d => d.Context.SourcePatientInfo)
                .Because("the patient as Metriport knows them");
        });
    }
}
