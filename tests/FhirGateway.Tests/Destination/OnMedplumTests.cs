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
}
