using FhirGateway.Mapping;
using FhirGateway.Mapping.Codes;
using FhirGateway.Mapping.Rules;
using Hl7.Fhir.Model;

namespace FhirGateway.Mappings.Metriport;

/// <summary>
/// A patient's documents that Metriport found → one DocumentReference each, updated whenever Metriport tells of the same document again.
/// They say that a document exists; what is in it is fetched from Metriport by its file name.
/// </summary>
public sealed class MetriportDocumentsMapping : ResourceMapping
{
    public MetriportDocumentsMapping()
    {
        Categorised(DocumentCategory.RetrievedDocument);
        SubjectIs("/externalId", otherwise: "/patientId", otherwiseKind: MetriportReads.PatientKind, MetriportReads.EhrPatients);
        InOrderPer("/patientId");
        NewestBy("/meta/when"); // a retry by hand brings an old message, of its old time, after newer ones
        MetriportReads.IgnoreMessage(Rules);
        Each<DocumentReference>("documents", Document);
    }

    private void Document(RuleSet<DocumentReference> document)
    {
        document.Field("id").Required().As(MetriportReads.DocumentId)
            .Identifies(d => d.MasterIdentifier)
            .To(d => d.Identifier)
            .Because("Metriport's own id, stable over its updates: the same id with other fields is the same document, not a new version");
        document.Always(d => d.Status, DocumentReferenceStatus.Current)
            .Because("where Metriport gives none: its sender may leave it out, and R4 requires one");
        document.Field("status").Expected("The document has no status: it is written as current.")
            .As(Read.CodeOf<DocumentReferenceStatus>(Codes("metriport-status"))).To(d => d.Status)
            .Because("an unknown word must not show a document as current: the document waits");
        document.In("type", type =>
        {
            type.Items("coding").As(MetriportCodings.Checked).To(d => d.Type.Coding)
                .Because("Metriport's own example files \"Diagnoses\" under the SNOMED code of AIDS: a code is kept only where it is "
                    + "known to name a kind of document");
            type.Items("coding").As(MetriportCodings.Display).To(d => d.Type.Text).Because("where the type has no text");
            type.Field("text").To(d => d.Type.Text);
        });
        document.Subject(d => d.Subject);
        document.Field("indexed").As(MetriportReads.Creation).To(d => d.Content[0].Attachment.CreationElement)
            .Because("when the attachment was made, else when the care began or ended; midnight may stand for a day or a year, so it is "
                + "never the reference's date");
        document.Field("description").To(d => d.Description);
        document.Field("mimeType").As(MetriportReads.MimeType).To(d => d.Content[0].Attachment.ContentTypeElement);
        document.Field("size").As(Read.Size)
            .To(d => (UnsignedInt)d.Content[0].Attachment.SizeElement).Because("text on its page, a number from its code");
        document.Always(d => d.Content[0].Attachment.Title, "Document").Because("where it has no file name");
        document.Field("fileName").To(d => d.Content[0].Attachment.Title).Because("by which Metriport's API answers with the document");
        document.Field("location").As(MetriportReads.LastingUrl).To(d => (FhirUrl)d.Content[0].Attachment.UrlElement)
            .Because("in 2023 a lasting FHIR Binary; a URL that carries a signature is never kept");
        document.Field("/patientId").As(Read.LogicalReference("Patient", MetriportReads.PatientKind)).To(d => d.Context.SourcePatientInfo)
            .Because("the patient as Metriport knows them");
        document.Ignore("url", "presigned: it lives for minutes and opens the document to whoever holds it");
        document.Ignore("downloadUrl", "presigned: it lives for minutes and opens the document to whoever holds it");
    }
}
