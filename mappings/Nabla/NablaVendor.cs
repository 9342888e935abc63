using FhirGateway.Mapping;
using FhirGateway.Mapping.Proofs;

namespace FhirGateway.Mappings.Nabla;

/// <summary>
/// Nabla (API 2024-10-01): tells the outcome of each asynchronous request. Whatever is proven is answered 200, since Nabla sends
/// anything else again; only a note that arrived owes a delivery.
/// </summary>
public sealed class NablaVendor : VendorDefinition
{
    private const string Succeeded = "generate_note_async.succeeded";

    public NablaVendor() : base("nabla", "Nabla")
    {
        MadeBy("Nabla");
        ReceivesUpTo(kilobytes: 1024);
        SiteMayNameSystemsOf("Request");
        ProvenByEvery(By.HmacSha256(
            header: "x-nabla-webhook-signature",
            timestampHeader: "x-nabla-webhook-timestamp",
            tolerance: TimeSpan.FromMinutes(5), // its page warns of replays but gives no number
            several: true)); // one signature per live secret

        // Its page doesn't say whether an event that is sent again keeps its id: the message is known by that id, the note by its request.
        SameMessageWhen("/id");

        // Nabla Connect is another product with its own protocol: a clinician waits for the answer to an export, and 200 would
        // mean that the chart has it. Its page answers types that aren't handled with 400.
        Event("connect").When("/type", "NOTE_EXPORT", "PATIENT_INSTRUCTIONS_EXPORT").CheckedBy(new NablaConnectValidator());

        Event(Succeeded)
            .When("/type", Succeeded).WhenPresent("/data/payload/note")
            .KeyedBy("/data/id", "/type")
            .SaysAt("/data/payload")
            .CheckedBy(new NablaNoteValidator())
            .MappedBy<NablaNoteMapping>()
            .AcknowledgedWhen("/data/status", "FAILED", because: "its status says that the generation failed")
            .AcknowledgedWhen("/data/status", "ONGOING", because: "its status says that the generation goes on");
        Acknowledge(Succeeded, "it brings no note");
        Acknowledge("generate_note_async.failed", "the generation failed: there is no note");
        Acknowledge("transcribe_async.succeeded", "a transcript is not part of the chart");
        Acknowledge("transcribe_async.failed", "the transcription failed");
        Event("other").WhenPresent("/type").KeyedBy("/id").CheckedBy(new NablaEventValidator())
            .AcknowledgedAsUnknown("a type of event that Nabla's page does not describe", "/type");

        DemoSample = "note";
    }

    // Keyed by the event's id, so that a note that arrives after an empty success of the same request is still a note of its own.
    private void Acknowledge(string type, string because) =>
        Event(type).When("/type", type).KeyedBy("/id").CheckedBy(new NablaEventValidator()).Acknowledged(because);
}
