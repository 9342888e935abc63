using FhirGateway.Mapping;
using FhirGateway.Mapping.Codes;
using FhirGateway.Mapping.Rules;
using Hl7.Fhir.Model;

namespace FhirGateway.Tests.ExampleVendors.StandardWebhooks;

/// <summary>Its letter → a DocumentReference, without a Composition.</summary>
public sealed class StandardWebhooksLetterMapping : ResourceMapping
{
    public StandardWebhooksLetterMapping()
    {
        SubjectIs("/data/patient");
        Creates<DocumentReference>(letter =>
        {
            letter.Always(d => d.Status, DocumentReferenceStatus.Current);
            letter.Always(d => d.Type, Loinc.AdministrativeNote);
            letter.Subject(d => d.Subject);
            letter.Field("timestamp").As(Read.Instant).To(d => d.DateElement);
            letter.Ignore("type", "what brought it here");
            letter.In("data", data =>
            {
                data.Field("id").As(Read.Uuid).Identifies(d => d.MasterIdentifier);
                data.Field("text").As(Read.PlainText).To(d => d.Content[0].Attachment);
            });
        });
    }
}
