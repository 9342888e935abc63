using FhirGateway.Mapping;
using FhirGateway.Mapping.Proofs;

namespace FhirGateway.Tests.ExampleVendors.Timestamped;

/// <summary>
/// A scribe that signs with <c>t=…,v1=…</c> in one header, and asks an endpoint to prove that it knows the secret: it sends a token and
/// expects it back signed.
/// </summary>
public sealed class TimestampedVendor : VendorDefinition
{
    public TimestampedVendor() : base("example-timestamped", "Timestamped Scribe")
    {
        ProvenByEvery(By.TimestampedSignature(header: "X-Scribe-Signature"));

        Event("endpoint.validation").When("/type", "endpoint.validation")
            .KeyedBy("/token")
            .Answered(200, """{"token":{{/token}},"signed":{{signed /token}}}""")
            .Acknowledged("it asks whether the endpoint knows the secret");
        Event("note.completed").When("/type", "note.completed")
            .KeyedBy("/note_id", "/version")
            .CheckedBy(new TimestampedEnvelopeValidator())
            .MappedBy<TimestampedNoteMapping>();

        When(Verdict.Stored, 202, """{"received":true}""");
        DemoSample = "note";
    }
}
