using System.Net;
using FhirGateway.Ledger;

namespace FhirGateway.Tests.Pipeline.Charts;

/// <summary>A decision holds for what a person could see when it was made, and for nothing that was filed after that.</summary>
public sealed class DecisionScopeTests
{
    private const string Insight = "insight-health";

    public static TheoryData<bool> Servers => [false, true];

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_note_that_was_filed_after_the_conflict_was_shown_never_becomes_entered_in_error_unseen(bool isReal)
    {
        await using var hospital = await OpenAsync(isReal);
        var (alice, bob) = (await hospital.PatientAsync("alice"), await hospital.PatientAsync("bob"));
        await hospital.EncounterAsync("visit", alice);
        await hospital.SendAsync(Insight, hospital.Note("alice", "visit", "Of Alice."), DeliveryState.Delivered);
        var parked = await hospital.SendAsync(Insight, hospital.Note("bob", "visit", "Of Bob."), DeliveryState.Parked);
        await hospital.SendAsync(Insight, hospital.Note("alice", "visit", "Of Alice, again."), DeliveryState.Delivered);

        await hospital.DecideAsync(parked, "correct");
        var asked = await AskedAgainAsync(hospital, parked);

        Assert.Contains("other versions were filed", asked.Reason, StringComparison.Ordinal);
        Assert.Equal("current superseded", await hospital.StatusesAsync("DocumentReference", alice));
        Assert.Equal("preliminary", await hospital.StatusesAsync("Composition", alice));
        Assert.Empty(await hospital.ChartAsync("DocumentReference", bob));

        // Who has seen them all decides for them all.
        await hospital.DecideAsync(asked, "correct");
        await hospital.Gateway.UntilStateAsync(Insight, DeliveryState.Delivered);
        Assert.Equal("entered-in-error entered-in-error", await hospital.StatusesAsync("DocumentReference", alice));
        Assert.Equal("current", await hospital.StatusesAsync("DocumentReference", bob));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_decision_about_an_encounter_alone_never_touches_the_note_that_its_own_patient_has_by_then(bool isReal)
    {
        await using var hospital = await OpenAsync(isReal);
        var (alice, bob) = (await hospital.PatientAsync("alice"), await hospital.PatientAsync("bob"));
        await hospital.EncounterAsync("visit", alice);
        var parked = await hospital.SendAsync(Insight, hospital.Note("bob", "visit", "Of Bob."), DeliveryState.Parked);
        await hospital.SendAsync(Insight, hospital.Note("alice", "visit", "Of Alice."), DeliveryState.Delivered);

        await hospital.DecideAsync(parked, "correct");
        await AskedAgainAsync(hospital, parked);

        Assert.Equal("current", await hospital.StatusesAsync("DocumentReference", alice));
        Assert.Equal("preliminary", await hospital.StatusesAsync("Composition", alice));
        Assert.Empty(await hospital.ChartAsync("DocumentReference", bob));
    }

    [Fact]
    public async Task A_decision_that_names_what_was_asked_is_refused_once_something_else_is_asked()
    {
        await using var hospital = await Hospital.OpenAsync(isReal: false);
        await hospital.PatientAsync("alice");
        await hospital.PatientAsync("bob");
        await hospital.EncounterAsync("visit", null);
        await hospital.SendAsync(Insight, hospital.Note("alice", "visit", "Of Alice."), DeliveryState.Delivered);
        var seen = await hospital.SendAsync(Insight, hospital.Note("bob", "visit", "Of Bob."), DeliveryState.Parked);
        await hospital.SendAsync(Insight, hospital.Note("alice", "visit", "Of Alice, again."), DeliveryState.Delivered);
        var now = await AskedAgainAsync(hospital, seen);

        Assert.Equal(HttpStatusCode.Conflict, await hospital.DecideAsync(seen, "correct", waitsFor: seen.WaitsFor));
        Assert.Empty(await hospital.Gateway.Ledger.DecisionsAsync(seen.Id));
        Assert.Equal(HttpStatusCode.Accepted, await hospital.DecideAsync(seen, "correct", waitsFor: now.WaitsFor));
    }

    [Fact]
    public async Task After_a_decision_the_newest_of_the_notes_that_waited_is_current_without_another_wait()
    {
        await using var hospital = await OpenAsync(isReal: false);
        var (alice, bob) = (await hospital.PatientAsync("alice"), await hospital.PatientAsync("bob"));
        await hospital.EncounterAsync("visit", null);
        await hospital.SendAsync(Insight, hospital.Note("alice", "visit", "Of Alice."), DeliveryState.Delivered);
        var first = await hospital.SendAsync(Insight, hospital.Note("bob", "visit", "Start drug A."), DeliveryState.Parked);
        await hospital.SendAsync(Insight, hospital.Note("bob", "visit", "Stop drug A."), DeliveryState.Parked);

        await hospital.DecideAsync(first, "separate");
        await hospital.Gateway.UntilStateAsync(Insight, DeliveryState.Delivered);

        Assert.Equal("current superseded", await hospital.StatusesAsync("DocumentReference", bob));
        Assert.Contains(
            "Stop drug A.", Assert.Single(await hospital.ChartAsync("Composition", bob)).GetRawText(), StringComparison.Ordinal);
    }

    // What is parked asks by itself only after an hour: whatever happens sooner, the decision has done.
    private static Task<Hospital> OpenAsync(bool isReal) =>
        Hospital.OpenAsync(isReal, settings: new() { ["Gateway:Delivery:ParkedRetry"] = "01:00:00" });

    private static async Task<DeliveryView> AskedAgainAsync(Hospital hospital, DeliveryView decided) => (await hospital.Gateway.UntilAsync(
        Insight,
        deliveries => deliveries.Single(each => each.Id == decided.Id) is { State: DeliveryState.Parked, WaitsFor: { } waitsFor }
            && waitsFor != decided.WaitsFor)).Single(each => each.Id == decided.Id);
}
