using System.Text.Json;
using FhirGateway.Mapping;
using FhirGateway.Testing;

namespace FhirGateway.Mappings.Tests;

/// <summary>
/// The payloads gathered from the vendors' own pages: whatever a vendor is known to send is read, and nothing is refused without a
/// reason.
/// </summary>
public sealed class SharedPayloadTests
{
    private const string Payloads = "vendors/payloads";

    [SharedTheory(Payloads)]
    [InlineData("hami", "intake_summary.verbatim", 1, 0)]
    [InlineData("insight-health", "soap_note.verbatim", 1, 0)]
    [InlineData("nabla", "generate_note_async.succeeded.synthetic", 1, 0)]
    [InlineData("nabla", "generate_note_async.succeeded.no_dot_phrases.synthetic", 1, 0)]
    [InlineData("nabla", "generate_note_async.failed.synthetic", 0, 1)]
    [InlineData("nabla", "transcribe_async.failed.synthetic", 0, 1)]
    [InlineData("nabla", "legacy_2022_conversation.message.created.verbatim", 0, 1)]
    [InlineData("metriport", "medical.document-download.repaired", 1, 0)]
    [InlineData("metriport", "medical.document-download.failed.synthetic", 0, 1)]
    [InlineData("metriport", "medical.document-bulk-download-urls.repaired", 1, 0)]
    [InlineData("metriport", "legacy_2023_patient_documents.repaired", 1, 0)]
    [InlineData("metriport", "medical.consolidated-data.verbatim", 0, 1)]
    [InlineData("metriport", "medical.bulk-patient-create.verbatim", 0, 1)]
    [InlineData("metriport", "medical.document-conversion.synthetic", 0, 1)]
    [InlineData("metriport", "network-query.hie.synthetic", 0, 1)]
    [InlineData("metriport", "patient.admit.verbatim", 0, 1)]
    [InlineData("metriport", "patient.transfer.verbatim", 0, 1)]
    [InlineData("metriport", "patient.discharge.verbatim", 0, 1)]
    [InlineData("metriport", "patient.pharmacy.synthetic", 0, 1)]
    [InlineData("metriport", "patient.laboratory.synthetic", 0, 1)]
    [InlineData("metriport", "ping.repaired", 0, 1)]
    [InlineData("human-api", "integrations.VendorNoteCreated.verbatim", 1, 0)]
    [InlineData("human-api", "order_status_orderState.verbatim", 0, 1)]
    [InlineData("human-api", "orders.OrderSummaryUpdated.repaired", 0, 1)]
    public void A_payload_owes_what_it_tells_and_is_translated_whole(string vendor, string file, int owed, int acknowledged)
    {
        var reading = Read(vendor, file);

        Assert.Empty(reading.Problems);
        Assert.Equal(
            (owed, acknowledged),
            (reading.Events.Count(e => e.Acknowledged is null), reading.Events.Count(e => e.Acknowledged is not null)));
        foreach (var e in reading.Events.Where(e => e.Acknowledged is null))
        {
            var translation = Vendors.Named(vendor).Translate(
                e,
                new TranslationContext(
                    Vendors.Source(vendor), Translating.Facts, new Dictionary<Lookup, JsonElement>(), null, IsLate: false));
            Assert.NotNull(translation.Bundle);
            Assert.Empty(translation.Drift);
        }
    }

    [SharedTheory(Payloads)]
    [InlineData("insight-health", "hp_note_fragment.verbatim")]
    [InlineData("insight-health", "progress_note_fragment.verbatim")]
    [InlineData("nabla", "connect.NOTE_EXPORT.shape")]
    [InlineData("nabla", "connect.PATIENT_INSTRUCTIONS_EXPORT.shape")]
    [InlineData("metriport", "ping_response_pong.verbatim")] // an answer, not a message
    [InlineData("metriport", "adt_fhir_encounter_example.verbatim")] // what a URL answers, not a message
    public void What_is_not_a_message_of_this_webhook_is_refused_with_the_reason(string vendor, string file)
    {
        var reading = Read(vendor, file);

        Assert.NotEqual(Verdict.Stored, reading.Verdict);
        Assert.All(reading.Problems, p => Assert.NotEmpty(p.Text));
        Assert.NotEmpty(reading.Problems);
    }

    private static Reading Read(string vendor, string file) =>
        Vendors.Named(vendor).Read(
            File.ReadAllBytes(Path.Combine(Repository.SharedPath(Payloads)!, vendor, file + ".json")), Vendors.Source(vendor));
}
