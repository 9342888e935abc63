using FhirGateway.Mapping;
using FhirGateway.Mapping.Proofs;

namespace FhirGateway.Mappings.Hami;

/// <summary>HAMI (Boston Health AI): pushes a full, enhanced summary each time a patient completes or updates an intake.</summary>
public sealed class HamiVendor : VendorDefinition
{
    public HamiVendor() : base("hami", "HAMI")
    {
        MadeBy("Boston Health AI");
        ReceivesUpTo(kilobytes: 512);
        ProvenByEvery(By.ApiKey(header: "X-API-Key"));

        Event("intake-summary")
            .KeyedBy("/appointmentId", "/dateCreated", KeyPart.Content("/intakeSummary")) // HAMI sends no message id
            .CheckedBy(new HamiEnvelopeValidator())
            .MappedBy<HamiIntakeMapping>();

        When(Verdict.Stored, 200, """{"success":true,"message":"Summary received and processed successfully"}""");
        When(Verdict.Unproven, 401, """{"success":false,"message":"Invalid or missing API key"}""");
        When(Verdict.Malformed, 400, """{"success":false,"message":{{problems}}}""");
        When(Verdict.Invalid, 422, """{"success":false,"message":{{problems}}}""");
        When(Verdict.TooLarge, 400, """{"success":false,"message":{{problems}}}"""); // its page does not list 413,
        When(Verdict.UnknownCoding, 400, """{"success":false,"message":{{problems}}}"""); // nor a 415
        When(Verdict.TooMany, 429, """{"success":false,"message":{{problems}}}""");
        When(Verdict.Busy, 503, """{"success":false,"message":{{problems}}}""");
        When(Verdict.Failed, 500, """{"success":false,"message":"Internal server error while processing summary"}""");
        DemoSample = "intake";
    }
}
