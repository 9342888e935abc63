using System.Net;
using FhirGateway.Ledger;

namespace FhirGateway.Tests.Pipeline.Charts;

/// <summary>
/// A number that the hospital gave to one patient and later to another: what a vendor calls the same patient is somebody else by then, and
/// what lies in the first one's chart is theirs.
/// </summary>
public sealed class ReassignedNameTests
{
    private const string Insight = "insight-health";

    public static TheoryData<bool> Servers => [false, true];

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_note_is_not_written_over_the_one_of_the_patient_who_had_the_number_before(bool isReal)
    {
        await using var hospital = await Hospital.OpenAsync(isReal);
        var alice = await hospital.PatientAsync("number");
        await hospital.EncounterAsync("visit", null);
        await hospital.SendAsync(Insight, hospital.Note("number", "visit", "Of Alice."), DeliveryState.Delivered);
        var bob = await ReassignAsync(hospital, alice);

        var parked = await hospital.SendAsync(Insight, hospital.Note("number", "visit", "Of Bob."), DeliveryState.Parked);
        Assert.StartsWith("subject-conflict", parked.Reason, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Accepted, await hospital.DecideAsync(parked, "separate"));
        await hospital.Gateway.UntilStateAsync(Insight, DeliveryState.Delivered);

        foreach (var (chart, text) in new[] { (alice, "Of Alice."), (bob, "Of Bob.") })
        {
            Assert.Equal("current", await hospital.StatusesAsync("DocumentReference", chart));
            Assert.Contains(text, Assert.Single(await hospital.ChartAsync("Composition", chart)).GetRawText(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_document_is_not_moved_out_of_the_chart_of_the_patient_who_had_the_number_before(bool isReal)
    {
        await using var hospital = await Hospital.OpenAsync(isReal);
        var alice = await hospital.PatientAsync("number");
        await hospital.SendAsync("metriport", hospital.Found("number", "doc", when: "2026-03-02T09:00:00Z"), DeliveryState.Delivered);
        var bob = await ReassignAsync(hospital, alice);

        await hospital.SendAsync("metriport", hospital.Found("number", "doc", when: "2026-03-02T10:00:00Z"), DeliveryState.Delivered);
        await hospital.SendAsync(
            "metriport", hospital.Found("number", "doc", "superceded", "2026-03-02T11:00:00Z"), DeliveryState.Delivered);

        Assert.Equal("current", await hospital.StatusesAsync("DocumentReference", alice));
        Assert.Equal("superseded", await hospital.StatusesAsync("DocumentReference", bob));
    }

    private static async Task<string> ReassignAsync(Hospital hospital, string before)
    {
        await hospital.PutAsync(before, """{ "resourceType": "Patient", "active": true }""");
        return await hospital.PatientAsync("number");
    }
}
