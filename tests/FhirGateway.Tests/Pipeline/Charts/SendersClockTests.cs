using System.Text.Json;
using FhirGateway.Ledger;

namespace FhirGateway.Tests.Pipeline.Charts;

/// <summary>A sender whose clock is years ahead: what it sends later must not be taken for older.</summary>
public sealed class SendersClockTests
{
    private const string Ahead = "2099-01-01T00:00:00.000Z";
    private const string Sane = "2026-03-02T10:00:00.000Z";

    public static TheoryData<bool> Servers => [false, true];

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task An_intake_dated_2099_does_not_make_the_next_one_superseded(bool isReal)
    {
        await using var hospital = await Hospital.OpenAsync(isReal);
        var alice = await hospital.PatientAsync("alice");
        await hospital.AppointmentAsync("visit", alice);

        var ahead = await hospital.SendAsync("hami", hospital.Intake("visit", Ahead, "Of 2099.", "Aspirin"), DeliveryState.Delivered);
        var later = await hospital.SendAsync("hami", hospital.Intake("visit", Sane, "Of today.", "Iron"), DeliveryState.Delivered);

        Assert.Contains("/dateCreated", await hospital.DoubtsAsync(ahead), StringComparison.Ordinal);
        Assert.Empty(await hospital.DoubtsAsync(later));
        Assert.Equal("current superseded", await hospital.StatusesAsync("DocumentReference", alice));
        Assert.Equal("current", (await hospital.ReadAsync(Written(later, "DocumentReference"))).GetProperty("status").GetString());
        Assert.Contains("Of today.", Assert.Single(await hospital.ChartAsync("Composition", alice)).GetRawText(), StringComparison.Ordinal);
        Assert.Equal("active completed", await hospital.StatusesAsync("MedicationStatement", alice));
        Assert.Equal("active", (await hospital.ReadAsync(Written(later, "MedicationStatement"))).GetProperty("status").GetString());
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Consolidated_data_dated_2099_does_not_make_the_next_answer_superseded(bool isReal)
    {
        await using var hospital = await Hospital.OpenAsync(isReal);
        var alice = await hospital.PatientAsync("alice");

        var ahead = await hospital.SendAsync("metriport", Consolidated(hospital, Ahead), DeliveryState.Delivered);
        var later = await hospital.SendAsync("metriport", Consolidated(hospital, Sane), DeliveryState.Delivered);

        Assert.Contains("/meta/when", await hospital.DoubtsAsync(ahead), StringComparison.Ordinal);
        Assert.Empty(await hospital.DoubtsAsync(later));
        Assert.Equal("current superseded", await hospital.StatusesAsync("DocumentReference", alice));
        Assert.Equal("current", (await hospital.ReadAsync(Written(later, "DocumentReference"))).GetProperty("status").GetString());
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_documents_status_told_in_2099_does_not_hide_what_is_told_later(bool isReal)
    {
        await using var hospital = await Hospital.OpenAsync(isReal);
        var alice = await hospital.PatientAsync("alice");

        var ahead = await hospital.SendAsync("metriport", hospital.Found("alice", "doc", when: Ahead), DeliveryState.Delivered);
        await hospital.SendAsync("metriport", hospital.Found("alice", "doc", "superceded", Sane), DeliveryState.Delivered);

        Assert.Contains("/meta/when", await hospital.DoubtsAsync(ahead), StringComparison.Ordinal);
        Assert.Equal("superseded", await hospital.StatusesAsync("DocumentReference", alice));
    }

    private static string Written(DeliveryView delivery, string type) => Assert.Single(Hospital.Written(delivery, type).Take(1));

    private static string Consolidated(Hospital hospital, string when) => JsonSerializer.Serialize(new
    {
        meta = new { messageId = Guid.NewGuid().ToString(), when, type = "medical.consolidated-data" },
        patients = new[]
        {
            new
            {
                patientId = hospital.Name("metriport-alice"),
                externalId = hospital.Name("alice"),
                status = "completed",
                bundle = new
                {
                    resourceType = "Bundle",
                    type = "collection",
                    entry = new[] { new { resource = new { resourceType = "Encounter", id = "e" } } },
                },
            },
        },
    });
}
