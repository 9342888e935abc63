using System.Text;
using System.Text.Json;
using FhirGateway.Ledger;

namespace FhirGateway.Tests.Pipeline.Charts;

/// <summary>
/// A note that was registered for the wrong patient, or the wrong encounter, replaced a good one. Put right, it must leave that one current
/// again: a chart in which nothing is current has lost its note.
/// </summary>
public sealed class CorrectedSuccessorTests
{
    private const string Nabla = "nabla";

    public static TheoryData<bool> Servers => [false, true];

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_note_that_was_replaced_by_another_patients_is_current_again_once_that_is_corrected(bool isReal)
    {
        await using var hospital = await Hospital.OpenAsync(isReal);
        var (alice, bob) = (await hospital.PatientAsync("alice"), await hospital.PatientAsync("bob"));
        await hospital.EncounterAsync("of-alice", alice);
        await hospital.EncounterAsync("of-bob", bob);
        var misfiled = await MisfiledAsync(hospital, alice);

        await RegisterAsync(hospital, "second", "bob", "of-bob");
        var parked = (await hospital.Gateway.UntilAsync(
            Nabla, deliveries => deliveries.Any(each => each.State == DeliveryState.Parked))).Single(each => each.Id == misfiled.Id);
        await hospital.DecideAsync(parked, "correct");
        await hospital.Gateway.UntilAsync(Nabla, deliveries => deliveries.All(
            each => each.State == DeliveryState.Delivered && each.Attempts > 1));

        await AssertIsGoodAsync(hospital, alice, "entered-in-error");
        Assert.Equal("current", await hospital.StatusesAsync("DocumentReference", bob));
        Assert.Equal("preliminary", await hospital.StatusesAsync("Composition", bob));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_note_that_was_replaced_by_another_encounters_is_current_again_once_that_is_corrected(bool isReal)
    {
        await using var hospital = await Hospital.OpenAsync(isReal);
        var alice = await hospital.PatientAsync("alice");
        await hospital.EncounterAsync("of-alice", alice);
        await hospital.EncounterAsync("another", alice);
        await MisfiledAsync(hospital, alice);

        await RegisterAsync(hospital, "second", "alice", "another");
        await hospital.Gateway.UntilAsync(Nabla, deliveries => deliveries.All(
            each => each.State == DeliveryState.Delivered && each.Attempts > 1));

        await AssertIsGoodAsync(hospital, alice, "current");
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_note_whose_correlation_is_registered_anew_is_not_left_in_the_wrong_chart_unseen(bool isReal)
    {
        await using var hospital = await Hospital.OpenAsync(isReal);
        var (alice, bob) = (await hospital.PatientAsync("alice"), await hospital.PatientAsync("bob"));
        await hospital.EncounterAsync("of-alice", alice);
        await hospital.EncounterAsync("of-bob", bob);
        await RegisterAsync(hospital, "first", "alice", "of-alice");
        await hospital.SendAsync(Nabla, Generated(hospital, "first", "2026-03-02T10:00:00Z", "Of Bob."), DeliveryState.Delivered);

        await RegisterAsync(hospital, "first", "bob", "of-bob");

        var parked = Assert.Single(await hospital.Gateway.UntilStateAsync(Nabla, DeliveryState.Parked));
        Assert.StartsWith("subject-conflict", parked.Reason, StringComparison.Ordinal);
        Assert.Equal("current", await hospital.StatusesAsync("DocumentReference", alice));
        await hospital.DecideAsync(parked, "correct");
        await hospital.Gateway.UntilStateAsync(Nabla, DeliveryState.Delivered);
        Assert.Equal("entered-in-error", await hospital.StatusesAsync("DocumentReference", alice));
        Assert.Equal("current", await hospital.StatusesAsync("DocumentReference", bob));
    }

    private static async Task<DeliveryView> MisfiledAsync(Hospital hospital, string alice)
    {
        await RegisterAsync(hospital, "first", "alice", "of-alice");
        await RegisterAsync(hospital, "second", "alice", "of-alice");
        await hospital.SendAsync(Nabla, Generated(hospital, "first", "2026-03-02T10:00:00Z", "Stop warfarin."), DeliveryState.Delivered);
        var misfiled = await hospital.SendAsync(
            Nabla, Generated(hospital, "second", "2026-03-02T11:00:00Z", "Somebody else's."), DeliveryState.Delivered);
        Assert.Equal("current superseded", await hospital.StatusesAsync("DocumentReference", alice));
        return misfiled;
    }

    private static async Task AssertIsGoodAsync(Hospital hospital, string alice, string other)
    {
        var documents = await hospital.ChartAsync("DocumentReference", alice);
        Assert.Equal(2, documents.Count);
        foreach (var document in documents)
        {
            var text = document.GetProperty("content")[0].GetProperty("attachment").GetProperty("data").GetBytesFromBase64();
            var isGood = Encoding.UTF8.GetString(text).Contains("Stop warfarin.", StringComparison.Ordinal);
            Assert.Equal(isGood ? "current" : other, document.GetProperty("status").GetString());
        }

        var good = (await hospital.ChartAsync("Composition", alice)).Single(
            note => note.GetRawText().Contains("Stop warfarin.", StringComparison.Ordinal));
        Assert.Equal("preliminary", good.GetProperty("status").GetString());
    }

    private static async Task RegisterAsync(Hospital hospital, string request, string patient, string encounter) =>
        await hospital.Gateway.Ledger.PutCorrelationAsync(Nabla, hospital.Name(request), JsonSerializer.Serialize(new
        {
            patient = hospital.Name(patient),
            encounter = hospital.Name(encounter),
            template = "GENERIC_SOAP",
        }));

    private static string Generated(Hospital hospital, string request, string at, string text) => JsonSerializer.Serialize(new
    {
        id = Guid.NewGuid(),
        type = "generate_note_async.succeeded",
        created_at = at,
        data = new
        {
            id = Guid.NewGuid(),
            client_request_id = hospital.Name(request),
            status = "SUCCEEDED",
            payload = new { note = new { title = "Note", sections = new[] { new { key = "PLAN", title = "Plan", text } } } },
        },
    });
}
