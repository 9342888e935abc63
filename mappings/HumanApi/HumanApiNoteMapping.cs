using FhirGateway.Mapping;
using FhirGateway.Mapping.Codes;
using FhirGateway.Mapping.Rules;
using Hl7.Fhir.Model;

namespace FhirGateway.Mappings.HumanApi;

/// <summary>
/// A note of a retrieval vendor → an administrative DocumentReference. It tells how the retrieval of records goes. It is not a clinical
/// note: neither its providers nor an AI wrote it.
/// </summary>
public sealed class HumanApiNoteMapping : ResourceMapping
{
    private const int DescriptionLength = 80;

    private static readonly Reader<string> FirstWords = new(
        $"its first {DescriptionLength} characters", value => Shortened(value.Text), showsAnything: true);

    private static readonly Reader<ResourceReference> ByName = new("by name only", value => new ResourceReference { Display = value.Text });

    public HumanApiNoteMapping()
    {
        WrittenByVendor();
        Categorised(DocumentCategory.RetrievalStatusNote);
        SubjectIs("/humanId");
        InOrderPer("/orderId");
        NoteIs("/eventPayload");
        Creates<DocumentReference>(note =>
        {
            note.Field("eventId").As(Read.Uuid).Identifies(d => d.MasterIdentifier);
            note.Always(d => d.Status, DocumentReferenceStatus.Current);
            note.Always(d => d.Type, Loinc.AdministrativeNote)
                .Because("logistics of a retrieval, not a clinical note");
            note.Subject(d => d.Subject);
            note.Field("timestamp").As(Read.InstantIn(TimeSpan.Zero)).To(d => d.DateElement)
                .Because("its page shows no zone; a sibling page of the same platform says GMT");
            note.In("eventPayload", payload =>
            {
                payload.Field("note").As(FirstWords).To(d => d.Description)
                    .As(Read.PlainText).To(d => d.Content[0].Attachment);
                payload.Items("providerNames").As(ByName).To(d => d.Context.Related).Because("providers on the order, not authors");
                payload.Items("providerIds").As(Related("Provider")).To(d => d.Context.Related)
                    .Because("providers on the order, not authors");
                payload.Field("clientProviderId").As(Related("ClientProvider")).To(d => d.Context.Related)
                    .Because("the customer's own id of the provider");
            });
            note.Field("orderId").As(Related("Order")).To(d => d.Context.Related);
            note.Field("clientUserId").As(Related("ClientUser")).To(d => d.Context.Related)
                .Because("often a policy's number: it belongs to the order, and does not identify the patient here");
            note.Field("userId").As(Read.LogicalReference("Patient", "User")).To(d => d.Context.SourcePatientInfo)
                .Because("the patient as Human API's user");
            note.Ignore("eventType", "what brought it here");
            note.Ignore("eventGroup", "the channel by which the records are fetched");
            note.Ignore("clientId", "the customer's application, the same for every message of the source");
            note.Ignore("clientData", "whatever the customer attached to the order: it stays in the recorded message");
        });
    }

    private static Reader<ResourceReference> Related(string kind) =>
        new(
            $"identifier, system of {kind}",
            value => new ResourceReference { Identifier = new Identifier(value.Source.SystemOf(kind), value.Text) });

    // Never half of a surrogate pair.
    private static string Shortened(string text)
    {
        var line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        if (line.Length <= DescriptionLength) return line;
        return line[..(char.IsHighSurrogate(line[DescriptionLength - 1]) ? DescriptionLength - 1 : DescriptionLength)];
    }
}
