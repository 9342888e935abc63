using System.Collections.Concurrent;
using FhirGateway.Cluster;
using FhirGateway.Destination;
using FhirGateway.Ledger;
using FhirGateway.Settings;
using Microsoft.Extensions.Options;

namespace FhirGateway.Pipeline;

/// <summary>
/// The lanes of one destination that the cluster has placed here are this gateway's. Each gateway looks which lanes are due, and wakes them
/// wherever they are; one that was woken here waits for its turn. While the gateway is no member, any lane is its own, and so is one that
/// nobody answers for: the ledger's claims keep two gateways out of one lane, whatever the cluster believes.
/// </summary>
public sealed class TurnsInCluster : ITurns
{
    private const int MostLooks = 4;

    // Members that answer at all do so in a millisecond or two.
    private static readonly TimeSpan ToWakeAll = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan ToWakeOne = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ElsewhereFor = TimeSpan.FromSeconds(1);

    private readonly ILedger _ledger;
    private readonly TurnsAlone _alone;
    private readonly OwnSources _sources;
    private readonly DestinationPause _pause;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _lease;
    private readonly SharedMember _member;
    private readonly WaitingLanes _waiting = new();
    private readonly ConcurrentDictionary<DueLane, bool> _waking = [];
    private readonly ConcurrentDictionary<DueLane, long> _elsewhere = [];
    private CancellationToken _stopping;

    public TurnsInCluster(
        ILedger ledger,
        TurnsAlone alone,
        OwnSources sources,
        DestinationPause pause,
        IOptions<GatewaySettings> settings,
        SharedMember member,
        TimeProvider clock)
    {
        (_ledger, _alone, _sources, _pause, _member, _clock) = (ledger, alone, sources, pause, member, clock);
        _lease = settings.Value.Delivery.ClaimLease;
    }

    /// <summary>Whether the deliveries of a source go to its destination.</summary>
    public bool IsFor(string source) => _sources.Has(source);

    public Task RunAsync(CancellationToken stopping, CancellationToken leaving)
    {
        _stopping = stopping;
        return _member.RunAsync(this, leaving);
    }

    public async Task<IReadOnlyList<Turn>> TakeAsync(int most, CancellationToken cancellationToken)
    {
        if (!_member.IsMember && _waiting.Count == 0) return await _alone.TakeAsync(most, cancellationToken);
        for (var looks = 0; looks < MostLooks && _waiting.Count < most; looks++)
        {
            // What is due may all be other gateways': then this one looks further down.
            if (!await LookAsync(most, cancellationToken) || _waiting.Count > 0) break;
        }

        var lanes = _waiting.Take(most);
        return lanes.Count == 0 ? [] : await ClaimAsync(lanes, cancellationToken);
    }

    public async Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await await Task.WhenAny(_ledger.WaitForWorkAsync(atMost, _sources.Destination, done.Token), _waiting.AnyAsync(done.Token));
        await done.CancelAsync();
    }

    public void GiveUp() => _waiting.DropAll();

    /// <summary>Takes a lane on; not while its destination takes nothing, or the gateway stops.</summary>
    /// <inheritdoc cref="WorkLane"/>
    public bool Work(LaneName lane, CancellationToken leaving, out Task over)
    {
        over = Task.CompletedTask;
        if (_stopping.IsCancellationRequested || _pause.MustWait) return false;
        over = _waiting.Add(new DueLane(lane.Source, lane.Lane), leaving);
        return true;
    }

    /// <returns>Whether any lane was woken.</returns>
    private async Task<bool> LookAsync(int most, CancellationToken cancellationToken)
    {
        foreach (var (lane, since) in _elsewhere)
        {
            if (_clock.GetElapsedTime(since) > ElsewhereFor) _elsewhere.TryRemove(lane, out _);
        }

        var due = await _ledger.DueLanesAsync(most + _waiting.Count + _waking.Count + _elsewhere.Count, _sources.Filter, cancellationToken);
        var unasked = due.Where(lane => !_waiting.Has(lane) && !_elsewhere.ContainsKey(lane));
        var asleep = unasked.Where(lane => _waking.TryAdd(lane, true)).Take(most).ToList();
        if (asleep.Count == 0) return false;
        await Task.WhenAny(Task.WhenAll(asleep.Select(WakeAsync)), Task.Delay(ToWakeAll, _clock, cancellationToken));
        return true;
    }

    private async Task WakeAsync(DueLane lane)
    {
        if (!await _member.WakeAsync(new LaneName(lane.Source, lane.Lane), ToWakeOne)) _ = _waiting.Add(lane, _stopping);
        else if (!_waiting.Has(lane)) _elsewhere[lane] = _clock.GetTimestamp();
        _waking.TryRemove(lane, out _);
    }

    private async Task<IReadOnlyList<Turn>> ClaimAsync(IReadOnlyList<WaitingLane> lanes, CancellationToken cancellationToken)
    {
        var turns = new List<Turn>(lanes.Count);
        try
        {
            var waiting = lanes.ToDictionary(each => each.Lane);
            foreach (var claim in await _ledger.ClaimAsync(waiting.Keys, _lease, cancellationToken))
            {
                var lane = waiting[new DueLane(claim.Source, claim.Lane)];
                turns.Add(new Turn(claim, lane.Leaving) { Over = lane.Over });
            }
        }
        finally
        {
            // Nothing of theirs is due any more, or the ledger failed.
            foreach (var lane in lanes.Where(each => turns.TrueForAll(turn => turn.Over != each.Over))) lane.Over.TrySetResult();
        }

        return turns;
    }
}
