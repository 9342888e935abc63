using System.Text.Json;
using FhirGateway.Ledger;

namespace FhirGateway.Tests.Pipeline.Charts;

/// <summary>
/// What the first release wrote is superseded like anything else, found by the names it had then; and nobody else's resource is touched,
/// though
/// it has such a name, too.
/// </summary>
public sealed class FirstReleaseTests
{
    private const string Insight = "insight-health";

    public static TheoryData<bool> Servers => [false, true];

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_note_of_the_first_release_does_not_stay_current_beside_its_successor(bool isReal)
    {
        await using var site = await FirstReleaseSite.OpenAsync(isReal);
        var alice = await site.Before.PatientAsync("alice");
        await site.Before.EncounterAsync("visit", alice);
        var (_, document, composition) = await site.NoteAsync(site.Before.Note("alice", "visit", "First."), alice, SetKey(site));

        await using var hospital = await site.UpgradeAsync();
        await hospital.SendAsync(Insight, hospital.Note("alice", "visit", "Second."), DeliveryState.Delivered);
        await hospital.SendAsync(Insight, hospital.Note("alice", "visit", "Third."), DeliveryState.Delivered);

        Assert.Equal("current superseded superseded", await hospital.StatusesAsync("DocumentReference", alice));
        Assert.Equal("superseded", (await hospital.ReadAsync(document)).GetProperty("status").GetString());
        var note = Assert.Single(await hospital.ChartAsync("Composition", alice));
        Assert.Equal(composition, "Composition/" + note.GetProperty("id").GetString());
        Assert.Contains("Third.", note.GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_delivery_of_the_first_release_that_is_sent_again_doubles_nothing(bool isReal)
    {
        await using var site = await FirstReleaseSite.OpenAsync(isReal);
        var alice = await site.Before.PatientAsync("alice");
        await site.Before.EncounterAsync("visit", alice);
        var (delivery, _, _) = await site.NoteAsync(site.Before.Note("alice", "visit", "First."), alice, SetKey(site));
        var eventId = Guid.NewGuid().ToString();
        var status = await site.Before.CreateAsync("DocumentReference", $$"""
            "masterIdentifier": { "system": "urn:ietf:rfc:3986", "value": "urn:uuid:{{eventId}}" }, "status": "current",
            "subject": { "reference": "{{alice}}" }, "content": [ { "attachment": { "title": "x" } } ]
            """);
        var other = await site.RecordAsync("human-api", $$"""
            [ { "eventId": "{{eventId}}", "eventType": "integrations.VendorNoteCreated", "timestamp": "2026-03-02T10:00:00", "orderId": "o",
                "humanId": "{{site.Before.Name("alice")}}", "eventPayload": { "note": "The records were asked for." } } ]
            """, eventId, "integrations.VendorNoteCreated", [status], setKey: null);

        await using var hospital = await site.UpgradeAsync();
        foreach (var again in new[] { delivery, other, delivery, other })
        {
            await hospital.Gateway.Ledger.ReplayAsync(again, "by hand");
            await hospital.Gateway.UntilStateAsync(again == delivery ? Insight : "human-api", DeliveryState.Delivered);
        }

        Assert.Equal("current current", await hospital.StatusesAsync("DocumentReference", alice));
        Assert.Single(await hospital.ChartAsync("Composition", alice));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_note_of_the_first_release_about_another_patient_waits_for_a_person(bool isReal)
    {
        await using var site = await FirstReleaseSite.OpenAsync(isReal);
        var (alice, bob) = (await site.Before.PatientAsync("alice"), await site.Before.PatientAsync("bob"));
        await site.Before.EncounterAsync("visit", null);
        await site.NoteAsync(site.Before.Note("alice", "visit", "Of Alice."), alice, SetKey(site));

        await using var hospital = await site.UpgradeAsync();
        var parked = await hospital.SendAsync(Insight, hospital.Note("bob", "visit", "Of Bob."), DeliveryState.Parked);
        Assert.StartsWith("subject-conflict", parked.Reason, StringComparison.Ordinal);
        Assert.Equal("current", await hospital.StatusesAsync("DocumentReference", alice));
        await hospital.DecideAsync(parked, "correct");
        await hospital.Gateway.UntilStateAsync(Insight, DeliveryState.Delivered);

        Assert.Equal("entered-in-error", await hospital.StatusesAsync("DocumentReference", alice));
        Assert.Equal("entered-in-error", await hospital.StatusesAsync("Composition", alice));
        Assert.Equal("current", await hospital.StatusesAsync("DocumentReference", bob));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_document_that_somebody_else_wrote_over_the_first_releases_is_not_ended(bool isReal)
    {
        await using var site = await FirstReleaseSite.OpenAsync(isReal);
        var (alice, bob) = (await site.Before.PatientAsync("alice"), await site.Before.PatientAsync("bob"));
        await site.Before.EncounterAsync("visit", alice);
        var (_, document, _) = await site.NoteAsync(site.Before.Note("alice", "visit", "First."), alice, SetKey(site));
        await site.Before.MoveAsync(document, bob);

        await using var hospital = await site.UpgradeAsync();
        await hospital.SendAsync(Insight, hospital.Note("alice", "visit", "Second."), DeliveryState.Delivered);

        Assert.Equal("current", await hospital.StatusesAsync("DocumentReference", bob));
        Assert.Equal("current", await hospital.StatusesAsync("DocumentReference", alice));
        Assert.Contains("Second.", Assert.Single(await hospital.ChartAsync("Composition", alice)).GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_document_known_by_its_OID_goes_on_and_the_hospitals_own_of_that_OID_is_left_alone(bool isReal)
    {
        await using var site = await FirstReleaseSite.OpenAsync(isReal);
        var alice = await site.Before.PatientAsync("alice");
        var oid = $"2.25.{new System.Numerics.BigInteger(Guid.NewGuid().ToByteArray(), isUnsigned: true)}";
        var (ours, theirs) = (
            await site.Before.CreateAsync("DocumentReference", Document("ours")),
            await site.Before.CreateAsync("DocumentReference", Document("theirs")));
        var message = site.Before.Found("alice", oid);
        var key = string.Join(
            '|', JsonElement.Parse(message).GetProperty("meta").GetProperty("messageId").GetString(), "medical.document-download",
            site.Before.Name("metriport-alice"), "hash");
        await site.RecordAsync(
            "metriport", message, key, "medical.document-download", [ours], $"DocumentReference|urn:ietf:rfc:3986|urn:oid:{oid}");

        await using var hospital = await site.UpgradeAsync();
        await hospital.SendAsync("metriport", hospital.Found("alice", oid, "superceded", "2026-03-03T09:00:00Z"), DeliveryState.Delivered);

        Assert.Equal("superseded", (await hospital.ReadAsync(ours)).GetProperty("status").GetString());
        Assert.Equal("1", (await hospital.ReadAsync(theirs)).GetProperty("meta").GetProperty("versionId").GetString());
        Assert.Equal(2, (await hospital.ChartAsync("DocumentReference", alice)).Count);

        string Document(string description) => $$"""
            "masterIdentifier": { "system": "urn:ietf:rfc:3986", "value": "urn:oid:{{oid}}" }, "status": "current", "description": "{{description}}",
            "subject": { "reference": "{{alice}}" }, "content": [ { "attachment": { "title": "x" } } ]
            """;
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Of_templates_that_the_first_release_took_for_one_each_supersedes_its_own(bool isReal)
    {
        await using var site = await FirstReleaseSite.OpenAsync(isReal);
        var alice = await site.Before.PatientAsync("alice");
        await site.Before.EncounterAsync("visit", alice);
        var setKey = SetKey(site, "c-note");
        var (_, plain, shared) = await site.NoteAsync(site.Before.Note("alice", "visit", "C.", template: "C Note"), alice, setKey);
        var (_, plus, _) = await site.NoteAsync(site.Before.Note("alice", "visit", "C++.", template: "C++ Note"), alice, setKey, shared);

        await using var hospital = await site.UpgradeAsync();
        await hospital.SendAsync(Insight, hospital.Note("alice", "visit", "C, again.", template: "C Note"), DeliveryState.Delivered);

        Assert.Equal("superseded", (await hospital.ReadAsync(plain)).GetProperty("status").GetString());
        Assert.Equal("current", (await hospital.ReadAsync(plus)).GetProperty("status").GetString());
        await hospital.SendAsync(Insight, hospital.Note("alice", "visit", "C++, again.", template: "C++ Note"), DeliveryState.Delivered);
        Assert.Equal("superseded", (await hospital.ReadAsync(plus)).GetProperty("status").GetString());
        Assert.Equal("current current superseded superseded", await hospital.StatusesAsync("DocumentReference", alice));
    }

    [Fact]
    public async Task A_date_of_2099_that_the_first_release_recorded_outranks_nothing_any_more()
    {
        await using var site = await FirstReleaseSite.OpenAsync(isReal: false);
        var alice = await site.Before.PatientAsync("alice");
        await site.Before.EncounterAsync("visit", alice);
        await site.NoteAsync(site.Before.Note("alice", "visit", "Of 2099."), alice, SetKey(site), order: "2099-01-01T00:00:00.0000000Z");

        await using var hospital = await site.UpgradeAsync();
        await hospital.SendAsync(Insight, hospital.Note("alice", "visit", "Of today."), DeliveryState.Delivered);

        Assert.Contains("Of today.", Assert.Single(await hospital.ChartAsync("Composition", alice)).GetRawText(), StringComparison.Ordinal);
        Assert.Equal("current superseded", await hospital.StatusesAsync("DocumentReference", alice));
    }

    private static string SetKey(FirstReleaseSite site, string template = "soap-note") =>
        $"encounter:{site.Before.Name("visit")}:template:{template}";
}
