using System.Text.Json;
using System.Text.Json.Nodes;
using FhirGateway.Ledger;

namespace FhirGateway.Tests.Pipeline.Charts;

/// <summary>Whose an encounter is, however the server says it; and what becomes of a note that was filed under the wrong one.</summary>
public sealed class EncounterOwnerTests
{
    private const string Insight = "insight-health";

    public static TheoryData<bool> Servers => [false, true];

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task An_encounter_that_names_its_patient_by_a_number_only_is_not_taken_for_anybodys(bool isReal)
    {
        await using var hospital = await Hospital.OpenAsync(isReal);
        var alice = await hospital.PatientAsync("alice");
        var bob = await hospital.PatientAsync("bob");
        var encounter = await hospital.EncounterAsync("visit", alice);
        var resource = JsonNode.Parse((await hospital.ReadAsync(encounter)).GetRawText())!;
        resource["subject"] = new JsonObject
        {
            ["identifier"] = new JsonObject { ["system"] = RunningGateway.SystemOf("patient"), ["value"] = hospital.Name("alice") },
        };
        await hospital.PutAsync(encounter, resource.ToJsonString());

        var parked = await hospital.SendAsync(Insight, hospital.Note("bob", "visit", "Of Bob."), DeliveryState.Parked);
        await hospital.SendAsync(Insight, hospital.Note("alice", "visit", "Of Alice."), DeliveryState.Delivered);

        Assert.StartsWith("subject-conflict", parked.Reason, StringComparison.Ordinal);
        Assert.Empty(await hospital.ChartAsync("DocumentReference", bob));
        Assert.Equal("current", await hospital.StatusesAsync("DocumentReference", alice));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_decision_about_one_patient_does_not_hold_once_another_stands_in_the_way(bool isReal)
    {
        await using var hospital = await Hospital.OpenAsync(isReal, settings: new() { ["Gateway:Delivery:ParkedRetry"] = "01:00:00" });
        var (alice, bob) = (await hospital.PatientAsync("alice"), await hospital.PatientAsync("bob"));
        var carol = await hospital.PatientAsync("carol");
        var encounter = await hospital.EncounterAsync("visit", alice);
        var parked = await hospital.SendAsync(Insight, hospital.Note("bob", "visit", "Of Bob."), DeliveryState.Parked);

        // Between the question and the answer, somebody moved the encounter.
        await hospital.MoveAsync(encounter, carol);
        await hospital.DecideAsync(parked, "separate");

        var again = (await hospital.Gateway.UntilAsync(
            Insight, deliveries => deliveries is [{ State: not (DeliveryState.Pending or DeliveryState.Delivering), Attempts: 2 }]))[0];
        Assert.Equal(DeliveryState.Parked, again.State);
        Assert.Contains(carol, again.Reason, StringComparison.Ordinal);
        Assert.Empty(await hospital.ChartAsync("DocumentReference", bob));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_note_filed_under_the_wrong_encounter_leaves_no_valid_Composition_there(bool isReal)
    {
        await using var hospital = await Hospital.OpenAsync(isReal);
        var alice = await hospital.PatientAsync("alice");
        var (wrong, right) = (await hospital.EncounterAsync("wrong", alice), await hospital.EncounterAsync("right", alice));
        await RegisterAsync("wrong");
        var delivered = await hospital.SendAsync("nabla", SubjectConflictTests.Generated(hospital), DeliveryState.Delivered);

        await RegisterAsync("right");
        await hospital.Gateway.Ledger.ReplayAsync(delivered.Id, "the correlation is right now");
        await hospital.Gateway.UntilStateAsync("nabla", DeliveryState.Delivered);

        Assert.Equal("current", await hospital.StatusesAsync("DocumentReference", alice));
        var statuses = (await hospital.ChartAsync("Composition", alice)).ToDictionary(
            note => note.GetProperty("encounter").GetProperty("reference").GetString()!, note => note.GetProperty("status").GetString());
        Assert.Equal(("entered-in-error", "preliminary"), (statuses[wrong], statuses[right]));

        Task RegisterAsync(string encounter) => hospital.Gateway.Ledger.PutCorrelationAsync(
            "nabla", hospital.Name("request"),
            JsonSerializer.Serialize(new { patient = hospital.Name("alice"), encounter = hospital.Name(encounter) }));
    }
}
