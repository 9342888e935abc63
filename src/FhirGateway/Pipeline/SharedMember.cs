using FhirGateway.Cluster;
using FhirGateway.Telemetry;

namespace FhirGateway.Pipeline;

/// <summary>
/// The gateway as a member of the cluster, once for all its destinations: a lane that is placed here goes to the queue of its source's
/// destination. It is a member as long as any of them works.
/// </summary>
public sealed class SharedMember
{
    private readonly ClusterMember _member;
    private readonly Lock _lock = new();
    private volatile IReadOnlyList<TurnsInCluster> _queues = [];
    private TaskCompletionSource? _allLeft;
    private Task _membership = Task.CompletedTask;

    public SharedMember(ClusterPlace place, GatewayMetrics metrics, ILoggerFactory loggers, TimeProvider clock)
    {
        _member = new ClusterMember(place, Work, loggers, clock);
        metrics.ShowCluster(() => _member.Members, () => _member.Lanes);
    }

    /// <summary>Whether the gateway is a member of the cluster now.</summary>
    public bool IsMember => _member.IsMember;

    /// <summary>How many lanes have their place at this gateway.</summary>
    public int Lanes => _member.Lanes;

    /// <inheritdoc cref="ClusterMember.WakeAsync"/>
    public Task<bool> WakeAsync(LaneName lane, TimeSpan limit) => _member.WakeAsync(lane, limit);

    /// <summary>Is a member for a destination's queue until that leaves; the last one that leaves ends the membership.</summary>
    public async Task RunAsync(TurnsInCluster queue, CancellationToken leaving)
    {
        Task membership;
        lock (_lock)
        {
            _queues = [.. _queues, queue];
            if (_allLeft is null)
            {
                var allLeft = _allLeft = new(TaskCreationOptions.RunContinuationsAsynchronously);
                _membership = Task.Run(() => BeMemberUntilAsync(allLeft.Task), CancellationToken.None);
            }

            membership = _membership;
        }

        await Task.Delay(Timeout.InfiniteTimeSpan, leaving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_lock)
        {
            _queues = [.. _queues.Where(each => each != queue)];
            if (_queues.Count > 0) return;
            _allLeft!.SetResult();
            _allLeft = null;
        }

        await membership;
    }

    private async Task BeMemberUntilAsync(Task allLeft)
    {
        using var over = new CancellationTokenSource();
        var running = _member.RunAsync(over.Token);
        await allLeft;
        await over.CancelAsync();
        await running;
    }

    private bool Work(LaneName lane, CancellationToken leaving, out Task over)
    {
        over = Task.CompletedTask;
        return _queues.FirstOrDefault(each => each.IsFor(lane.Source))?.Work(lane, leaving, out over) == true;
    }
}
