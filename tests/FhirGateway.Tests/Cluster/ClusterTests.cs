using FhirGateway.Ledger;
using FhirGateway.Pipeline;
using FhirGateway.Sandbox;
using FhirGateway.Testing;
using FhirGateway.Tests.Destination;

namespace FhirGateway.Tests.Cluster;

/// <summary>Gateways that have joined each other, as a hospital runs them.</summary>
public sealed class ClusterTests : IDisposable
{
    private const int Each = 12;
    private readonly PostgresRoom _room = PostgresRoom.Create();
    private readonly SandboxServer _sandbox = new(TimeProvider.System);

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task Notes_go_out_once_while_gateways_join_and_leave()
    {
        await using var one = await JoinAsync();
        await one.PutAsync("Patient", RunningGateway.SystemOf("Patient"), "pat-1");
        await SendAsync(one, 0);
        await using (var other = await JoinAsync())
        {
            await SendAsync(other, 1);
            await SendAsync(one, 2);
        }

        await SendAsync(one, 3);

        Assert.Equal(4 * Each, (await one.AllAsync("Composition")).Count);
        var deliveries = await one.Ledger.DeliveriesAsync(new DeliveryFilter(Notes.Source, Limit: 500));
        Assert.All(deliveries, delivery => Assert.Equal(1, delivery.Attempts));
    }

    private async Task SendAsync(RunningGateway gateway, int round)
    {
        var encounters = Enumerable.Range(round * Each, Each).Select(number => $"enc-{number}").ToList();
        foreach (var encounter in encounters)
        {
            await gateway.PutAsync(
                "Encounter", RunningGateway.SystemOf("Encounter"), encounter, """ "status": "finished", "class": { "code": "AMB" } """);
        }

        await Task.WhenAll(encounters.Select(encounter => Notes.SendAsync(gateway, Notes.Of("pat-1", encounter))));
        await gateway.UntilAsync(
            Notes.Source,
            all => all.Count == (round + 1) * Each && all.All(delivery => delivery.State == DeliveryState.Delivered));
    }

    private async Task<RunningGateway> JoinAsync()
    {
        var gateway = await RunningGateway.StartAsync(ClusterSettings.Of(_room), sandbox: _sandbox);
        await gateway.UntilAsync(() => Task.FromResult((TurnsInCluster)gateway.Part<ITurns>()), turns => turns.IsMember);
        return gateway;
    }
}
