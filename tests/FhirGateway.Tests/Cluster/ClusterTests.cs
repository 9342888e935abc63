using FhirGateway.Ledger;
using FhirGateway.Pipeline;
using FhirGateway.Sandbox;
using FhirGateway.Testing;
using FhirGateway.Tests.Destination;
using FhirGateway.Tests.Pipeline;

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

    [Fact]
    public async Task Lanes_of_a_named_destination_have_their_places_too_and_one_that_hangs_keeps_no_place_from_the_other()
    {
        var (north, patients) = (new SandboxServer(TimeProvider.System), Enumerable.Range(0, Each).Select(i => $"pat-{i}").ToList());
        foreach (var patient in patients)
        {
            await TwoDestinations.AdmitAsync(TwoDestinations.ClientOf(north, TwoDestinations.North), patient);
            await TwoDestinations.AdmitAsync(TwoDestinations.ClientOf(_sandbox, "http://sandbox.invalid/fhir"), patient);
        }

        using var mended = new CancellationTokenSource();
        Task<RunningGateway> JoinBothAsync() => JoinAsync(() => TwoDestinations.StartAsync(
            _sandbox,
            new HangingDestination(mended.Token) { InnerHandler = new SandboxHandler(north, TwoDestinations.North) },
            more: [.. ClusterSettings.Of(_room).Select(each => (each.Key, each.Value!))]));
        await using var one = await JoinBothAsync();
        await using var other = await JoinBothAsync();

        var both = new[] { one, other };
        foreach (var patient in patients) await TwoDestinations.SendAsync(one, TwoDestinations.There, patient);
        await one.UntilAsync(() => Task.FromResult(LanesOf(both)), lanes => lanes == Each);
        foreach (var patient in patients) await TwoDestinations.SendAsync(other, TwoDestinations.Here, patient);

        await DeliveredAsync(one, TwoDestinations.Here);
        await mended.CancelAsync();
        await DeliveredAsync(one, TwoDestinations.There);
    }

    private static int LanesOf(IEnumerable<RunningGateway> gateways) => gateways.Sum(each => each.Part<SharedMember>().Lanes);

    private static async Task DeliveredAsync(RunningGateway gateway, string source)
    {
        var all = await gateway.UntilAsync(
            source, all => all.Count == Each && all.All(delivery => delivery.State == DeliveryState.Delivered));
        Assert.All(all, delivery => Assert.Equal(1, delivery.Attempts));
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

    private Task<RunningGateway> JoinAsync() =>
        JoinAsync(() => RunningGateway.StartAsync(ClusterSettings.Of(_room), sandbox: _sandbox));

    private static async Task<RunningGateway> JoinAsync(Func<Task<RunningGateway>> start)
    {
        var gateway = await start();
        await gateway.UntilAsync(() => Task.FromResult(gateway.Part<SharedMember>()), member => member.IsMember);
        return gateway;
    }
}
