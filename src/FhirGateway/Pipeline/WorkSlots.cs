using FhirGateway.Destination;

namespace FhirGateway.Pipeline;

/// <summary>
/// What runs side by side, up to a number. Work that takes much longer than the usual gives its slot to others: what hangs holds nobody.
/// </summary>
/// <param name="limit">How many may run at once, not counting the slow ones; it is told how long they take.</param>
public sealed class WorkSlots(ConcurrencyLimit limit, TimeProvider clock)
{
    // A server that slows down as a whole must not be sent ever more at once.
    private const int MostSlow = 16;
    private const int TimesTheUsual = 4;
    private static readonly TimeSpan LeastSlow = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan MostUsual = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private int _usual;
    private int _all;
    private TimeSpan _usualTime = TimeSpan.FromMilliseconds(100);
    private TaskCompletionSource _changed = NewSignal();
    private TaskCompletionSource _ended = NewSignal();

    /// <summary>Waits until at least one slot is free.</summary>
    /// <returns>How many are free; more may be by the time the caller uses them.</returns>
    public async Task<int> FreeAsync()
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                var count = limit.Current;
                if (Math.Min(count - _usual, count + MostSlow - _all) is > 0 and var free) return free;
                changed = _changed.Task;
            }

            await changed;
        }
    }

    /// <summary>Takes a slot until the work ends.</summary>
    /// <param name="work">Handles its own failures. True: it delivered, so that the time it took tells of the destination.</param>
    public void Run(Func<Task<bool>> work)
    {
        lock (_lock)
        {
            (_usual, _all) = (_usual + 1, _all + 1);
            if (_usual >= limit.Current) limit.Filled();
        }

        _ = Task.Run(() => RunAsync(work));
    }

    /// <summary>Ends when the next work ends.</summary>
    public Task OneEndedAsync()
    {
        lock (_lock) return _all == 0 ? Task.CompletedTask : _ended.Task;
    }

    /// <summary>Waits until all work has ended.</summary>
    public async Task AllEndedAsync()
    {
        while (true)
        {
            Task ended;
            lock (_lock)
            {
                if (_all == 0) return;
                ended = _ended.Task;
            }

            await ended;
        }
    }

    private async Task RunAsync(Func<Task<bool>> work)
    {
        var (started, isSlow, hasDelivered) = (clock.GetTimestamp(), false, false);
        TimeSpan slow;
        lock (_lock) slow = _usualTime * TimesTheUsual > LeastSlow ? _usualTime * TimesTheUsual : LeastSlow;
        await using var timer = clock.CreateTimer(_ => GiveUpSlot(ref isSlow), null, slow, Timeout.InfiniteTimeSpan);
        try
        {
            hasDelivered = await work();
        }
        finally
        {
            lock (_lock)
            {
                _all--;
                if (!isSlow) _usual--;
                isSlow = true;
                var took = clock.GetElapsedTime(started);
                if (hasDelivered) limit.Delivered(started, took < slow ? took : slow);
                _usualTime += ((took < MostUsual ? took : MostUsual) - _usualTime) / 16;
                Signal(ref _ended);
                Signal(ref _changed);
            }
        }
    }

    private void GiveUpSlot(ref bool isSlow)
    {
        lock (_lock)
        {
            if (isSlow) return;
            isSlow = true;
            _usual--;
            Signal(ref _changed);
        }
    }

    private static void Signal(ref TaskCompletionSource signal)
    {
        signal.TrySetResult();
        signal = NewSignal();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
