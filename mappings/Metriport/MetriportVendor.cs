using FhirGateway.Mapping;
using FhirGateway.Mapping.Proofs;

namespace FhirGateway.Mappings.Metriport;

/// <summary>
/// Metriport (Medical API): tells of patients' documents found in networks. Sends nothing again by itself, and when asked to, the
/// same <c>messageId</c> with other bytes: a message is known by its id, never by its body.
/// </summary>
public sealed class MetriportVendor : VendorDefinition
{
    public MetriportVendor() : base("metriport", "Metriport")
    {
        MadeBy("Metriport");
        ReceivesUpTo(kilobytes: 8 * 1024, itemsInAList: 50_000); // consolidated data may come in line, with all its resources
        ToleratesDuplicateKeys(); // its own page repeats "size" in one document
        ProvenByAny(
            By.HmacSha256(header: "x-metriport-signature"),
            By.ApiKey(header: "x-webhook-key", name: "legacyKey")); // until 2024-07-04: off unless a source is given such a key
        SameMessageWhen("/meta/messageId", "/meta/type", "/ping");

        Ping("ping").When("/meta/type", "ping");
        Ping("ping (2023)").WhenAbsent("/meta/type").WhenPresent("/ping");
        Documents("medical.document-download").When("/meta/type", "medical.document-download");
        Documents("medical.document-bulk-download-urls").When("/meta/type", "medical.document-bulk-download-urls");
        Documents("medical.document-bulk-download-paged").When(
            "/meta/type", "medical.document-bulk-download-paged").WhenPresent("/patients");
        Documents("documents (2023)").WhenAbsent("/meta/type").WhenAbsent("/ping");
        PerPatient("medical.consolidated-data").When("/meta/type", "medical.consolidated-data")
            .MappedBy<MetriportConsolidatedMapping>()
            .AcknowledgedWithout("/bundle", because: "it brings no bundle")
            .AcknowledgedIf(SignedLinks.IsNothing, "the bundle has no entry", because: "Metriport found nothing of this patient")
            .AcknowledgedIf(
                SignedLinks.AreAll, "the bundle holds signed links only",
                because: "the content was not fetched: it lies behind links that live for three minutes");

        Acknowledge("medical.document-conversion", "documents were converted at Metriport; the consolidated data brings them");
        Acknowledge("medical.bulk-patient-create", "patients were created at Metriport, none of them here");
        Acknowledge("network-query.hie", "progress of a query; its data lies behind a URL that lives for minutes");
        Acknowledge("network-query.hie.first-data-ready", "progress of a query");
        Acknowledge("network-query.pharmacy", "progress of a query; its data lies behind a URL that lives for minutes");
        Acknowledge("network-query.lab", "progress of a query; its data lies behind a URL that lives for minutes");
        foreach (var notice in new[] { "admit", "transfer", "discharge", "pharmacy", "laboratory" })
            Acknowledge(
                $"patient.{notice}",
                "a notification whose resources lie behind a URL that lives for minutes; nothing is made of the notification itself");
        Event("other").WhenPresent("/meta/type").KeyedBy("/meta/messageId", "/meta/type").CheckedBy(new MetriportMetaValidator())
            .AcknowledgedAsUnknown("a type of message that this gateway does not know: Metriport asks for a strict match", "/meta/type");

        DemoSample = "document-download";
    }

    private EventRule Ping(string type) => Event(type)
        .KeyedBy("/meta/messageId", "/ping")
        .CheckedBy(new MetriportPingValidator())
        .Answered(200, """{"pong":{{/ping}}}""")
        .Acknowledged("a ping, answered with its pong");

    private EventRule Documents(string type) => PerPatient(type)
        .MappedBy<MetriportDocumentsMapping>()
        .AcknowledgedWithout("/documents/0", because: "Metriport found no documents of this patient");

    // One delivery per patient: a patient whom the site doesn't know yet must not hold up the others.
    private EventRule PerPatient(string type) => Event(type)
        .ForEach("/patients")
        .KeyedBy(KeyPart.Message("/meta/messageId"), KeyPart.Message("/meta/type"), "/patientId", KeyPart.Content(""))
        .CheckedBy(new MetriportPatientsValidator())
        .AcknowledgedWhen("/status", "failed", because: "Metriport's query for this patient failed");

    private void Acknowledge(string type, string because) => Event(type)
        .When("/meta/type", type)
        .KeyedBy("/meta/messageId", "/meta/type")
        .CheckedBy(new MetriportMetaValidator())
        .Acknowledged(because);
}
