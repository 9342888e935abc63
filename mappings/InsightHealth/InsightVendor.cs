using FhirGateway.Mapping;
using FhirGateway.Mapping.Proofs;

namespace FhirGateway.Mappings.InsightHealth;

/// <summary>Insight Health: pushes the clinical note of an AI-assisted encounter, again for every regeneration of it.</summary>
public sealed class InsightVendor : VendorDefinition
{
    public InsightVendor() : base("insight-health", "Insight Health")
    {
        MadeBy("Insight Health");
        ReceivesUpTo(kilobytes: 1024);
        ProvenByEvery(By.ApiKey(header: "X-API-Key"), By.HmacSha256(header: "X-Webhook-Signature", prefix: "sha256="));

        Event("note")
            .KeyedBy("/summary_id") // its page: "Use this for deduplication"
            .CheckedBy(new InsightEnvelopeValidator())
            .MappedBy<InsightNoteMapping>();

        When(Verdict.Stored, 204); // refusals: its page asks for no body, so they carry an OperationOutcome that says why
        DemoSample = "soap-note";
    }
}
