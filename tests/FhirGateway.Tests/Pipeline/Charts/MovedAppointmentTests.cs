using System.Net;
using System.Text.Json.Nodes;
using FhirGateway.Ledger;

namespace FhirGateway.Tests.Pipeline.Charts;

/// <summary>
/// An appointment that was booked for the wrong patient: nothing of its intake may stay valid in the first patient's chart, the medications
/// least of all.
/// </summary>
public sealed class MovedAppointmentTests
{
    private static readonly string[] Types = ["Composition", "DocumentReference", "MedicationStatement"];

    public static TheoryData<bool> Servers => [false, true];

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Corrected_an_intake_leaves_no_medication_valid_in_the_first_patients_chart(bool isReal)
    {
        await using var hospital = await Hospital.OpenAsync(isReal);
        var (alice, bob, parked) = await MovedAsync(hospital);
        Assert.Equal(["preliminary", "current", "active active"], await StatusesAsync(hospital, alice));
        Assert.Equal(["", "", ""], await StatusesAsync(hospital, bob));

        Assert.Equal(HttpStatusCode.Accepted, await hospital.DecideAsync(parked, "correct"));
        await hospital.Gateway.UntilStateAsync("hami", DeliveryState.Delivered);

        Assert.Equal(
            ["entered-in-error", "entered-in-error", "entered-in-error entered-in-error"], await StatusesAsync(hospital, alice));
        Assert.Equal(["preliminary", "current", "active active"], await StatusesAsync(hospital, bob));
        Assert.Equal(["Iron", "Zinc"], await MedicationsAsync(hospital, bob));
        Assert.Equal(["Aspirin", "Zinc"], await MedicationsAsync(hospital, alice));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Corrected_not_even_medications_of_superseded_versions_stay_valid(bool isReal)
    {
        await using var hospital = await Hospital.OpenAsync(isReal);
        var alice = await hospital.PatientAsync("alice");
        var bob = await hospital.PatientAsync("bob");
        var appointment = await hospital.AppointmentAsync("visit", alice);
        await hospital.SendAsync(
            "hami", hospital.Intake("visit", "2026-03-02T08:00:00Z", "Of Alice.", "Aspirin"), DeliveryState.Delivered);
        await hospital.SendAsync("hami", hospital.Intake("visit", "2026-03-02T09:00:00Z", "Of Alice.", "Zinc"), DeliveryState.Delivered);
        await MoveAsync(hospital, appointment, bob);
        var parked = await hospital.SendAsync(
            "hami", hospital.Intake("visit", "2026-03-02T10:00:00Z", "Of Bob.", "Iron"), DeliveryState.Parked);

        await hospital.DecideAsync(parked, "correct");
        await hospital.Gateway.UntilStateAsync("hami", DeliveryState.Delivered);

        Assert.Equal(
            ["entered-in-error", "entered-in-error entered-in-error", "entered-in-error entered-in-error"],
            await StatusesAsync(hospital, alice));
        Assert.Equal(["preliminary", "current", "active"], await StatusesAsync(hospital, bob));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Kept_apart_the_first_patients_medications_stay_as_they_are(bool isReal)
    {
        await using var hospital = await Hospital.OpenAsync(isReal);
        var (alice, bob, parked) = await MovedAsync(hospital);

        await hospital.DecideAsync(parked, "separate");
        await hospital.Gateway.UntilStateAsync("hami", DeliveryState.Delivered);

        Assert.Equal(["preliminary", "current", "active active"], await StatusesAsync(hospital, alice));
        Assert.Equal(["preliminary", "current", "active active"], await StatusesAsync(hospital, bob));
    }

    private static async Task<(string Alice, string Bob, DeliveryView Parked)> MovedAsync(Hospital hospital)
    {
        var (alice, bob) = (await hospital.PatientAsync("alice"), await hospital.PatientAsync("bob"));
        var appointment = await hospital.AppointmentAsync("visit", alice);
        await hospital.SendAsync(
            "hami", hospital.Intake("visit", "2026-03-02T09:00:00Z", "Of Alice.", "Aspirin", "Zinc"), DeliveryState.Delivered);
        await MoveAsync(hospital, appointment, bob);
        var parked = await hospital.SendAsync(
            "hami", hospital.Intake("visit", "2026-03-02T10:00:00Z", "Of Bob.", "Iron", "Zinc"), DeliveryState.Parked);
        Assert.StartsWith("subject-conflict", parked.Reason, StringComparison.Ordinal);
        return (alice, bob, parked);
    }

    private static async Task MoveAsync(Hospital hospital, string appointment, string patient)
    {
        var resource = JsonNode.Parse((await hospital.ReadAsync(appointment)).GetRawText())!;
        resource["participant"]![0]!["actor"]!["reference"] = patient;
        await hospital.PutAsync(appointment, resource.ToJsonString());
    }

    private static async Task<string[]> StatusesAsync(Hospital hospital, string patient)
    {
        var statuses = new List<string>();
        foreach (var type in Types) statuses.Add(await hospital.StatusesAsync(type, patient));
        return [.. statuses];
    }

    private static async Task<IEnumerable<string?>> MedicationsAsync(Hospital hospital, string patient) =>
        (await hospital.ChartAsync("MedicationStatement", patient))
        .Select(medication => medication.GetProperty("medicationCodeableConcept").GetProperty("text").GetString())
        .Order(StringComparer.Ordinal);
}
