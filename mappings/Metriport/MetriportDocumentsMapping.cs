using FhirGateway.Fhir;
using FhirGateway.Mapping;
using FhirGateway.Mapping.Rules;
using static FhirGateway.Fhir.R4;

namespace FhirGateway.Mappings.Metriport;

/// <summary>
/// A patient's documents that Metriport found → one DocumentReference each, updated whenever Metriport tells of the same document again.
/// They say that a document exists; what is in it is fetched from Metriport by its file name.
/// </summary>
public sealed class MetriportDocumentsMapping : ResourceMapping
{
    public MetriportDocumentsMapping()
    {
        SubjectIs("/externalId", otherwise: "/patientId", otherwiseKind: MetriportReads.PatientKind);
        InOrderPer("/patientId");
        NewestBy("/meta/when"); // a retry by hand brings an old message, of its old time, after newer ones
        MetriportReads.IgnoreMessage(Rules);
        Each("documents", DocumentReference, Document);
    }

    private void Document(RuleSet document)
    {
        document.Field("id").Required().As(MetriportReads.DocumentId)
            .Identifies(DocumentReference.MasterIdentifier)
            .To(DocumentReference.Identifier)
            .Because("Metriport's own id, stable over its updates: the same id with other fields is the same document, not a new version");
        document.Field("status").Required().As(Read.CodeOf<Fhir.Model.DocumentReferenceStatus>(Codes("metriport-status"))).To(DocumentReference.Status)
            .Because("an unknown word must not show a document as current");
        document.In("type", type =>
        {
            type.Items("coding").As(MetriportCodings.Checked).To(DocumentReference.Type.Coding)
                .Because("Metriport's own example files \"Diagnoses\" under the SNOMED code of AIDS: a code is kept only where it is known to name a kind of document");
            type.Items("coding").As(MetriportCodings.Display).To(DocumentReference.Type.Text).Because("where the type has no text");
            type.Field("text").To(DocumentReference.Type.Text);
        });
        document.Subject(DocumentReference.Subject);
        document.Field("indexed").As(MetriportReads.ZonedInstant).To(DocumentReference.Date)
            .As(MetriportReads.Creation).To(DocumentReference.Content.Attachment.Creation)
            .Because("Metriport's page says when the reference was made, its code says when the attachment was: as date only with a zone");
        document.Field("description").To(DocumentReference.Description);
        document.Field("mimeType").As(MetriportReads.MimeType).To(DocumentReference.Content.Attachment.ContentType);
        document.Field("size").As(Read.Size).To(DocumentReference.Content.Attachment.Size).Because("text on its page, a number from its code");
        document.Always(DocumentReference.Content.Attachment.Title, "Document").Because("where it has no file name");
        document.Field("fileName").To(DocumentReference.Content.Attachment.Title).Because("by which Metriport's API answers with the document");
        document.Field("location").As(MetriportReads.LastingUrl).To(DocumentReference.Content.Attachment.Url)
            .Because("in 2023 a lasting FHIR Binary; a URL that carries a signature is never kept");
        document.Field("/patientId").As(Read.LogicalReference("Patient", MetriportReads.PatientKind)).To(DocumentReference.Context.SourcePatientInfo)
            .Because("the patient as Metriport knows them");
        document.Ignore("url", "presigned: it lives for minutes and opens the document to whoever holds it");
        document.Ignore("downloadUrl", "presigned: it lives for minutes and opens the document to whoever holds it");
    }
}
