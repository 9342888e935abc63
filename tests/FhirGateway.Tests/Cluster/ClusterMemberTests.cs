using System.Collections.Concurrent;
using FhirGateway.Cluster;
using FhirGateway.Ledger.PostgreSql;
using FhirGateway.Testing;
using FhirGateway.Tests.Destination.Proofs;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace FhirGateway.Tests.Cluster;

/// <summary>Where a lane is worked, among real members on a real PostgreSQL.</summary>
public sealed class ClusterMemberTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly LaneName Lane = new("clinic", "note of Patient?identifier=MRN-4711");
    private readonly PostgresRoom _room = PostgresRoom.Create();
    private readonly List<Gateway> _gateways = [];

    public async ValueTask InitializeAsync() => await PostgresLedger.Open(_room.ConnectionString, TimeProvider.System).DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var gateway in _gateways)
        {
            gateway.Over.TrySetResult();
            await gateway.LeaveAsync();
            gateway.Dispose();
        }

        _room.Dispose();
    }

    [Fact]
    public async Task A_lane_is_worked_where_it_was_woken_first_whoever_wakes_it_again()
    {
        var (one, other) = (await JoinAsync(), await JoinAsync());

        Assert.True(await one.Member.WakeAsync(Lane, Limit));
        Assert.True(await other.Member.WakeAsync(Lane, Limit));

        Assert.Equal([Lane], one.Woken);
        Assert.Empty(other.Woken);
        Assert.Equal((1, 0), (one.Member.Lanes, other.Member.Lanes));
    }

    [Fact]
    public async Task A_lane_whose_gateway_takes_nothing_on_may_be_worked_by_whoever_asks_and_goes_there()
    {
        var (one, other) = (await JoinAsync(), await JoinAsync());
        Assert.True(await one.Member.WakeAsync(Lane, Limit));
        one.TakesNothing = true;
        one.Over.TrySetResult();

        // Refused, the grain goes; its next place is with whoever wakes it.
        using var limit = new CancellationTokenSource(Limit);
        while (other.Woken.IsEmpty)
        {
            await other.Member.WakeAsync(Lane, Limit);
            limit.Token.ThrowIfCancellationRequested();
        }

        Assert.Equal([Lane], other.Woken);
    }

    [Fact]
    public async Task What_becomes_due_while_its_lane_is_worked_is_worked_after_it()
    {
        var one = await JoinAsync();
        Assert.True(await one.Member.WakeAsync(Lane, Limit));
        Assert.True(await one.Member.WakeAsync(Lane, Limit));
        Assert.Single(one.Woken);

        one.Over.SetResult();

        await one.UntilAsync(() => one.Woken.Count == 2);
    }

    [Fact]
    public async Task A_loop_that_a_grain_began_is_cut_and_waited_for_before_its_gateway_has_left()
    {
        var one = await JoinAsync();
        Assert.True(await one.Member.WakeAsync(Lane, Limit));

        var life = one.Member.Life!;
        var left = one.LeaveAsync();
        await one.UntilAsync(() => one.Leaving.IsCancellationRequested);
        Assert.Equal(1, life.Lanes); // its grain waits

        one.Over.SetResult();
        await left.WaitAsync(Limit);
        Assert.Equal(0, life.Lanes);
    }

    [Fact]
    public async Task A_lane_of_a_gateway_that_left_is_worked_at_another()
    {
        var (one, other) = (await JoinAsync(), await JoinAsync());
        Assert.True(await one.Member.WakeAsync(Lane, Limit));
        one.Over.SetResult();
        await one.LeaveAsync();

        Assert.True(await other.Member.WakeAsync(Lane, Limit));

        Assert.Equal([Lane], other.Woken);
    }

    [Fact]
    public async Task A_gateway_that_was_declared_dead_ends_what_it_began_and_joins_anew()
    {
        var one = await JoinAsync();
        Assert.True(await one.Member.WakeAsync(Lane, Limit));
        var life = one.Member.Life;

        await using (var database = NpgsqlDataSource.Create(_room.ConnectionString))
        {
            await using var declare = database.CreateCommand(
                "UPDATE cluster_member SET status = 6; UPDATE cluster_version SET version = version + 1");
            await declare.ExecuteNonQueryAsync();
        }

        await one.UntilAsync(() => one.Leaving.IsCancellationRequested);
        one.Over.SetResult();
        await one.UntilAsync(() => one.Member.IsMember && one.Member.Life != life);
        Assert.True(await one.Member.WakeAsync(Lane, Limit));
    }

    [Fact]
    public async Task A_gateway_that_is_no_member_wakes_nobody()
    {
        var one = await JoinAsync();
        await one.LeaveAsync();

        Assert.False(one.Member.IsMember);
        Assert.False(await one.Member.WakeAsync(Lane, Limit));
    }

    [Fact]
    public async Task Gateways_that_prove_themselves_reach_each_other_and_a_stranger_proves_nothing()
    {
        using var authority = new TestAuthority("Gateways");
        using var other = new TestAuthority("Somebody");
        var (one, second) = (await JoinAsync(Secured(authority)), await JoinAsync(Secured(authority)));
        Assert.True(await one.Member.WakeAsync(Lane, Limit));
        Assert.True(await second.Member.WakeAsync(Lane, Limit));
        Assert.Empty(second.Woken);

        using var stranger = other.Issue("gateway");
        Assert.True(Silo.IsOurs(Secured(authority).Certificate!, null, Secured(authority).Roots!));
        Assert.False(Silo.IsOurs(stranger, null, Secured(authority).Roots!));
    }

    [Fact]
    public async Task Orleans_keeps_its_own_directory_and_its_own_probes()
    {
        // Its distributed directory with faster probes held the lanes of a dead gateway for twenty seconds (seen with 10.4.2).
        await using var database = Silo.Database(Place());
        using var life = new MemberLife((LaneName _, CancellationToken _, out Task over) => (over = Task.CompletedTask).IsFaulted);
        using var host = Silo.Build(Place(), database, life, NullLoggerFactory.Instance);

        Assert.Null(host.Services.GetService(Orleans("Orleans.Runtime", "Orleans.Runtime.GrainDirectory.DistributedGrainDirectory")));
        var options = Orleans("Orleans.Core", "Orleans.Configuration.ClusterMembershipOptions");
        var kept = typeof(IOptions<>).MakeGenericType(options);
        var membership = kept.GetProperty("Value")!.GetValue(host.Services.GetService(kept));
        var probes = options.GetProperty("ProbeTimeout")!;
        Assert.Equal(probes.GetValue(Activator.CreateInstance(options)), probes.GetValue(membership));
    }

    private static Type Orleans(string assembly, string name) => Type.GetType($"{name}, {assembly}", throwOnError: true)!;

    private ClusterPlace Place() =>
        new("tests", _room.ConnectionString, System.Net.IPAddress.Loopback, ClusterSettings.FreePort(), null, null);

    private ClusterPlace Secured(TestAuthority authority)
    {
        var certificate = authority.Issue("gateway");
        return Place() with { Certificate = certificate, Roots = [.. authority.Chain(authority.Root)] };
    }

    private async Task<Gateway> JoinAsync(ClusterPlace? place = null)
    {
        var gateway = new Gateway(place ?? Place());
        _gateways.Add(gateway);
        await gateway.UntilAsync(() => _gateways.TrueForAll(each => each.Member.Members == _gateways.Count));
        return gateway;
    }

    private sealed class Gateway : IDisposable
    {
        private readonly CancellationTokenSource _leaving = new();
        private readonly Task _running;

        public Gateway(ClusterPlace place)
        {
            Member = new ClusterMember(place, Work, NullLoggerFactory.Instance, TimeProvider.System);
            _running = Member.RunAsync(_leaving.Token);
        }

        public ClusterMember Member { get; }

        public ConcurrentQueue<LaneName> Woken { get; } = [];

        public TaskCompletionSource Over { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public CancellationToken Leaving { get; private set; }

        public bool TakesNothing { get; set; }

        public void Dispose() => _leaving.Dispose();

        public async Task LeaveAsync()
        {
            await _leaving.CancelAsync();
            await _running;
        }

        public async Task UntilAsync(Func<bool> holds)
        {
            using var limit = new CancellationTokenSource(Limit);
            while (!holds()) await Task.Delay(20, limit.Token);
        }

        private bool Work(LaneName lane, CancellationToken leaving, out Task over)
        {
            over = Over.Task;
            if (TakesNothing) return false;
            Woken.Enqueue(lane);
            Leaving = leaving;
            return true;
        }
    }
}
