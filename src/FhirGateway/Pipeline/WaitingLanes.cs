using System.Collections.Concurrent;
using System.Threading.Channels;
using FhirGateway.Ledger;

namespace FhirGateway.Pipeline;

/// <summary>The lanes that this gateway has, of which something is due: they wait for a turn. For many threads.</summary>
internal sealed class WaitingLanes
{
    private readonly ConcurrentDictionary<DueLane, WaitingLane> _lanes = [];
    private readonly Channel<bool> _came = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private long _number;

    public int Count => _lanes.Count;

    public bool Has(DueLane lane) => _lanes.ContainsKey(lane);

    /// <param name="leaving">It goes elsewhere: it waits no longer.</param>
    /// <returns>Ends when its turn has, or it went.</returns>
    public Task Add(DueLane lane, CancellationToken leaving)
    {
        var waiting = _lanes.GetOrAdd(lane, _ => new WaitingLane(lane, Interlocked.Increment(ref _number), leaving));
        leaving.UnsafeRegister(_ => Drop(waiting), null);
        _came.Writer.TryWrite(true);
        return waiting.Over.Task;
    }

    /// <summary>Those that came first, up to a number; from now on they don't wait.</summary>
    public IReadOnlyList<WaitingLane> Take(int most) =>
        [.. _lanes.Values.OrderBy(each => each.Number).Take(most).Where(each => _lanes.TryRemove(KeyValuePair.Create(each.Lane, each)))];

    /// <summary>None waits any longer.</summary>
    public void DropAll()
    {
        foreach (var waiting in _lanes.Values) Drop(waiting);
    }

    /// <summary>Waits until one came since the last time, or there is one.</summary>
    public async Task AnyAsync(CancellationToken cancellationToken)
    {
        if (_lanes.IsEmpty) await _came.Reader.ReadAsync(cancellationToken);
    }

    private void Drop(WaitingLane waiting)
    {
        if (_lanes.TryRemove(KeyValuePair.Create(waiting.Lane, waiting))) waiting.Over.TrySetResult();
    }
}

/// <summary>A lane that waits for its turn.</summary>
internal sealed record WaitingLane(DueLane Lane, long Number, CancellationToken Leaving)
{
    /// <summary>Done when its turn has ended, or it has gone elsewhere.</summary>
    public TaskCompletionSource Over { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
