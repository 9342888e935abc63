using System.Text;
using System.Text.Json;
using FhirGateway.Ledger;

namespace FhirGateway.Tests.Pipeline.Charts;

/// <summary>
/// The gateway writes only what it made, for the source and the patient it made it for. What a vendor calls a document is a fact, and
/// others may call theirs so.
/// </summary>
public sealed class OnlyWhatItMadeTests
{
    public static TheoryData<bool> Servers => [false, true];

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task One_vendors_event_id_does_not_overwrite_another_vendors_note(bool isReal)
    {
        await using var hospital = await Hospital.OpenAsync(isReal);
        var alice = await hospital.PatientAsync("alice");
        await hospital.EncounterAsync("visit", alice);
        var bob = await hospital.PatientAsync("bob");
        var id = Guid.NewGuid().ToString();
        await hospital.SendAsync("insight-health", hospital.Note("alice", "visit", "Start drug A.", id), DeliveryState.Delivered);

        await hospital.SendAsync("human-api", $$"""
            [ { "eventId": "{{id}}", "eventType": "integrations.VendorNoteCreated", "timestamp": "2026-03-02T10:00:00", "orderId": "o", "humanId": "{{hospital.Name("bob")}}",
                "eventPayload": { "note": "The records were asked for." } } ]
            """, DeliveryState.Delivered);

        var note = Assert.Single(await hospital.ChartAsync("DocumentReference", alice));
        Assert.Equal("1", note.GetProperty("meta").GetProperty("versionId").GetString());
        Assert.Contains("Start drug A.", TextOf(note), StringComparison.Ordinal);
        Assert.Contains("asked for", TextOf(Assert.Single(await hospital.ChartAsync("DocumentReference", bob))), StringComparison.Ordinal);
        Assert.Single(await hospital.ChartAsync("Composition", alice));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_vendors_OID_does_not_overwrite_the_hospitals_own_document(bool isReal)
    {
        await using var hospital = await Hospital.OpenAsync(isReal);
        var (alice, bob) = (await hospital.PatientAsync("alice"), await hospital.PatientAsync("bob"));
        var oid = $"2.25.{new System.Numerics.BigInteger(Guid.NewGuid().ToByteArray(), isUnsigned: true)}";
        var own = await hospital.CreateAsync("DocumentReference", $$"""
            "masterIdentifier": { "system": "urn:ietf:rfc:3986", "value": "urn:oid:{{oid}}" }, "status": "current", "description": "The hospital's own letter",
            "subject": { "reference": "{{alice}}" }, "content": [ { "attachment": { "title": "letter" } } ]
            """);

        await hospital.SendAsync("metriport", hospital.Found("bob", oid), DeliveryState.Delivered);
        await hospital.SendAsync("metriport", hospital.Found("alice", oid), DeliveryState.Delivered);

        var letter = await hospital.ReadAsync(own);
        Assert.Equal(
            ("1", "The hospital's own letter"),
            (letter.GetProperty("meta").GetProperty("versionId").GetString(), letter.GetProperty("description").GetString()));
        Assert.Equal(2, (await hospital.ChartAsync("DocumentReference", alice)).Count);
        Assert.Single(await hospital.ChartAsync("DocumentReference", bob));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task One_document_named_for_two_patients_is_two_and_each_is_updated_for_itself(bool isReal)
    {
        await using var hospital = await Hospital.OpenAsync(isReal);
        var (alice, bob) = (await hospital.PatientAsync("alice"), await hospital.PatientAsync("bob"));
        await hospital.SendAsync("metriport", hospital.Found("alice", "doc", when: "2026-03-02T09:00:00Z"), DeliveryState.Delivered);
        await hospital.SendAsync("metriport", hospital.Found("bob", "doc", when: "2026-03-02T10:00:00Z"), DeliveryState.Delivered);
        await hospital.SendAsync(
            "metriport", hospital.Found("alice", "doc", "superceded", when: "2026-03-02T09:30:00Z"), DeliveryState.Delivered);

        Assert.Equal("superseded", await hospital.StatusesAsync("DocumentReference", alice));
        Assert.Equal("current", await hospital.StatusesAsync("DocumentReference", bob));
        Assert.All(
            await hospital.Gateway.Ledger.DeliveriesAsync(new DeliveryFilter("metriport")),
            delivery => Assert.DoesNotContain("later message", delivery.Receipt, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Two_patients_never_share_a_resource_however_long_its_other_names_are(bool isReal)
    {
        // HAPI indexes the first 200 characters of a token.
        await using var hospital = await Hospital.OpenAsync(isReal);
        var (alice, bob) = (await hospital.PatientAsync("alice"), await hospital.PatientAsync("bob"));
        await hospital.EncounterAsync("visit", null);
        var template = string.Concat(Enumerable.Repeat("A very long name ", 15));
        await hospital.SendAsync(
            "insight-health", hospital.Note("alice", "visit", "Of Alice.", template: template), DeliveryState.Delivered);
        var other = await hospital.SendAsync(
            "insight-health", hospital.Note("bob", "visit", "Of Bob.", template: template), DeliveryState.Parked);
        await hospital.DecideAsync(other, "separate");
        await hospital.Gateway.UntilStateAsync("insight-health", DeliveryState.Delivered);

        Assert.Contains("Of Alice.", Assert.Single(await hospital.ChartAsync("Composition", alice)).GetRawText(), StringComparison.Ordinal);
        Assert.Contains("Of Bob.", Assert.Single(await hospital.ChartAsync("Composition", bob)).GetRawText(), StringComparison.Ordinal);
    }

    private static string TextOf(JsonElement document) =>
        Encoding.UTF8.GetString(document.GetProperty("content")[0].GetProperty("attachment").GetProperty("data").GetBytesFromBase64());
}
