using FhirGateway.Ledger;
using FhirGateway.Sandbox;
using FhirGateway.Testing;
using FhirGateway.Tests.Cluster;
using FhirGateway.Tests.Destination;

namespace FhirGateway.Tests.Pipeline;

/// <summary>Several gateways on one PostgreSQL, as vendors behind a load balancer meet them.</summary>
public sealed class SharedLedgerTests : IDisposable
{
    private readonly PostgresRoom _room = PostgresRoom.Create();
    private readonly SandboxServer _sandbox = new(TimeProvider.System);

    public void Dispose() => _room.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Notes_sent_to_either_of_two_gateways_are_each_in_the_chart_once(bool isCluster)
    {
        await using var one = await StartAsync(isCluster);
        await using var other = await StartAsync(isCluster);
        await one.PutAsync("Patient", RunningGateway.SystemOf("Patient"), "pat-1");
        var notes = new List<byte[]>();
        foreach (var encounter in Enumerable.Range(0, 20).Select(number => $"enc-{number}"))
        {
            await one.PutAsync(
                "Encounter", RunningGateway.SystemOf("Encounter"), encounter, """ "status": "finished", "class": { "code": "AMB" } """);
            notes.Add(Notes.Of("pat-1", encounter));
        }

        // Each to both: a vendor that heard no answer tries again, and meets the other one.
        await Task.WhenAll(notes.SelectMany(note => new[] { Notes.SendAsync(one, note), Notes.SendAsync(other, note) }));

        var deliveries = await one.UntilAsync(
            Notes.Source, all => all.Count == notes.Count && all.All(delivery => delivery.State == DeliveryState.Delivered));
        Assert.Equal(notes.Count, deliveries.Select(delivery => delivery.EventKey).Distinct().Count());
        Assert.Equal(notes.Count, (await one.AllAsync("Composition")).Count);
    }

    private Task<RunningGateway> StartAsync(bool isCluster) => RunningGateway.StartAsync(
        isCluster ? ClusterSettings.Of(_room) : new() { ["Gateway:Ledger:ConnectionString"] = _room.ConnectionString }, sandbox: _sandbox);
}
