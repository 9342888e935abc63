using FhirGateway.Ledger;
using FhirGateway.Testing;

namespace FhirGateway.Tests.Destination;

/// <summary>
/// A destination that finds identifiers whatever their case, stores references as they are and applies bundles entry by entry: what a note
/// must not suffer there.
/// </summary>
public sealed class OnMedplumTests
{
    [MedplumTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_note_for_pat_1_is_not_put_into_the_chart_of_PAT_1(bool atomic)
    {
        using var server = new OtherServer(await MedplumRouter.EmptyServerAsync(atomic));
        await server.AdmitAsync("PAT-1");
        await using var gateway = await RunningGateway.StartAsync(server.Settings());

        await Notes.SendAsync(gateway, Notes.Of("pat-1"));

        var parked = Assert.Single(await gateway.UntilStateAsync(Notes.Source, DeliveryState.Parked));
        Assert.Contains("pat-1", parked.WaitsFor, StringComparison.Ordinal);
        Assert.Empty(await server.AllAsync("Composition"));
        Assert.Empty(await server.AllAsync("DocumentReference"));

        var right = await server.AdmitAsync("pat-1");
        await gateway.UntilStateAsync(Notes.Source, DeliveryState.Delivered);
        Assert.Equal(
            $"Patient/{right}",
            Assert.Single(await server.AllAsync("Composition")).GetProperty("subject").GetProperty("reference").GetString());
    }

    [MedplumFact]
    public async Task A_chart_that_is_there_twice_gets_no_note_and_the_reason_names_both()
    {
        using var server = new OtherServer(await MedplumRouter.EmptyServerAsync());
        var (first, second) = (await server.AdmitAsync("pat-1"), await server.AdmitAsync("pat-1", "another"));
        await using var gateway = await RunningGateway.StartAsync(server.Settings());

        await Notes.SendAsync(gateway, Notes.Of("pat-1"));

        var dead = Assert.Single(await gateway.UntilStateAsync(Notes.Source, DeliveryState.Dead));
        Assert.Contains(first, dead.Reason, StringComparison.Ordinal);
        Assert.Contains(second, dead.Reason, StringComparison.Ordinal);
        Assert.Empty(await server.AllAsync("Composition"));
    }

    [MedplumFact]
    public async Task A_reference_that_is_still_a_search_is_not_delivered()
    {
        using var server = new OtherServer(await MedplumRouter.EmptyServerAsync());
        await using var gateway = await RunningGateway.StartAsync(server.Settings());

        await Notes.SendAsync(gateway, Notes.Of("nobody"));

        await gateway.UntilStateAsync(Notes.Source, DeliveryState.Parked);
        Assert.Empty(await server.AllAsync("Composition"));

        await server.AdmitAsync("nobody");
        await gateway.UntilStateAsync(Notes.Source, DeliveryState.Delivered);
        foreach (var type in new[] { "Composition", "DocumentReference", "Provenance" })
            await server.AssertReferencesAreThereAsync(Assert.Single(await server.AllAsync(type)));
    }

    [MedplumFact]
    public async Task Twelve_notes_at_once_on_an_empty_server_name_authors_that_exist()
    {
        using var server = new OtherServer(await MedplumRouter.EmptyServerAsync());
        var patients = Enumerable.Range(1, 12).Select(number => $"pat-{number}").ToList();
        foreach (var patient in patients) await server.AdmitAsync(patient);
        await using var gateway = await RunningGateway.StartAsync(server.Settings(("Gateway:Delivery:Parallelism", "12")));

        await Task.WhenAll(patients.Select(patient => Notes.SendAsync(gateway, Notes.Of(patient))));

        await gateway.UntilAsync(
            Notes.Source, deliveries => deliveries.Count == 12 && deliveries.All(delivery => delivery.State == DeliveryState.Delivered));
        Assert.Equal(2, (await server.AllAsync("Device")).Count);
        foreach (var type in new[] { "Composition", "DocumentReference", "Provenance" })
        {
            var all = await server.AllAsync(type);
            Assert.Equal(12, all.Count);
            foreach (var resource in all) await server.AssertReferencesAreThereAsync(resource);
        }
    }

    [MedplumFact]
    public async Task Two_gateways_that_begin_at_once_on_an_empty_server_name_authors_that_exist()
    {
        using var server = new OtherServer(await MedplumRouter.EmptyServerAsync());
        var patients = Enumerable.Range(1, 8).Select(number => $"pat-{number}").ToList();
        foreach (var patient in patients) await server.AdmitAsync(patient);
        await using var first = await RunningGateway.StartAsync(server.Settings());
        await using var second = await RunningGateway.StartAsync(server.Settings());

        await Task.WhenAll(patients.Select((patient, i) => Notes.SendAsync(i % 2 == 0 ? first : second, Notes.Of(patient))));

        foreach (var gateway in new[] { first, second })
            await gateway.UntilAsync(
                Notes.Source, deliveries => deliveries.Count == 4 && deliveries.All(delivery => delivery.State == DeliveryState.Delivered));
        foreach (var resource in (await server.AllAsync("Composition")).Concat(await server.AllAsync("Provenance")))
            await server.AssertReferencesAreThereAsync(resource);
    }

    [MedplumTheory]
    [InlineData(false, "auto")]
    [InlineData(true, "auto")]
    [InlineData(false, "no")]
    [InlineData(true, "no")]
    public async Task A_note_does_not_overwrite_one_whose_names_differ_in_case_only(bool atomic, string clientIds)
    {
        using var server = new OtherServer(await MedplumRouter.EmptyServerAsync(atomic));
        var patient = await server.AdmitAsync("pat-1", "visit-a");
        await server.CreateAsync("Encounter", $$"""
            { "resourceType": "Encounter", "status": "finished", "class": { "code": "AMB" }, "subject": { "reference": "Patient/{{patient}}" },
              "identifier": [ { "system": "{{RunningGateway.SystemOf("Encounter")}}", "value": "VISIT-A" } ] }
            """);
        await using var gateway = await RunningGateway.StartAsync(server.Settings(("Gateway:Destination:ClientIds", clientIds)));

        foreach (var (encounter, number) in new[] { ("visit-a", 1), ("VISIT-A", 2), ("VISIT-A", 3), ("visit-a", 4) })
        {
            await Notes.SendAsync(gateway, Notes.Of("pat-1", encounter, text: $"Text {number}"));
            await gateway.UntilAsync(
                Notes.Source,
                deliveries => deliveries.Count == number && deliveries.All(delivery => delivery.State == DeliveryState.Delivered));
        }

        var texts = (await server.AllAsync("Composition")).Select(
            composition => composition.GetProperty("section")[0].GetProperty("text").GetProperty("div").GetString()!);
        Assert.Equal(
            ["Text 3", "Text 4"],
            texts.Select(text => text[text.IndexOf("Text", StringComparison.Ordinal)..][..6]).Order(StringComparer.Ordinal));
        Assert.Equal(
            2, (await server.AllAsync("DocumentReference")).Count(document => document.GetProperty("status").GetString() == "current"));
    }

    [MedplumTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_note_that_is_sent_again_without_ids_of_the_gateways_choice_is_there_once(bool atomic)
    {
        using var server = new OtherServer(await MedplumRouter.EmptyServerAsync(atomic));
        await server.AdmitAsync("pat-1");
        await using var gateway = await RunningGateway.StartAsync(server.Settings(("Gateway:Destination:ClientIds", "no")));
        await Notes.SendAsync(gateway, Notes.Of("pat-1"));
        var delivery = Assert.Single(await gateway.UntilStateAsync(Notes.Source, DeliveryState.Delivered));

        using var replayed = await gateway.ApiAsync(HttpMethod.Post, $"api/deliveries/{delivery.Id}/replay");
        await gateway.UntilAsync(Notes.Source, deliveries => deliveries is [{ State: DeliveryState.Delivered, Attempts: 2 }]);

        foreach (var type in new[] { "Composition", "DocumentReference", "Provenance" })
            await server.AssertReferencesAreThereAsync(Assert.Single(await server.AllAsync(type)));
    }
}
