using FhirGateway.Mapping;
using FhirGateway.Mapping.Proofs;

namespace FhirGateway.Tests.ExampleVendors.StandardWebhooks;

/// <summary>A sender of letters that signs as Standard Webhooks asks.</summary>
public sealed class StandardWebhooksVendor : VendorDefinition
{
    public StandardWebhooksVendor() : base("example-standard-webhooks", "Standard Letters")
    {
        ProvenByEvery(By.StandardWebhooks());

        Event("letter.sent").When("/type", "letter.sent")
            .KeyedBy("/data/id")
            .CheckedBy(new StandardWebhooksEnvelopeValidator())
            .MappedBy<StandardWebhooksLetterMapping>();

        When(Verdict.Stored, 204);
        DemoSample = "letter";
    }
}
