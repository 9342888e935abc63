using FhirGateway.Settings;
using FhirGateway.Telemetry;
using Microsoft.Extensions.Options;

namespace FhirGateway.Destination;

/// <summary>
/// Whether the destination is left alone, for all deliveries alike: it is one server, and one that is down or busy is not asked once for
/// each. A run of failures, or its own Retry-After, begins a pause; afterwards one delivery tries it, and once a write is answered, all go
/// on.
/// </summary>
public sealed class DestinationPause(IOptions<GatewaySettings> settings, TimeProvider clock, ILogger<DestinationPause> logger)
{
    private const int FailuresInARow = 5;
    private static readonly TimeSpan First = TimeSpan.FromSeconds(2);

    // So soon after the end of an outage it is noticed.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly TimeSpan _longestAsked = settings.Value.Delivery.LongestRetryAfter;
    private readonly Lock _lock = new();
    private int _failures;
    private TimeSpan _next = First;
    private long _since; // monotonic, so that a clock that is set delays nothing
    private TimeSpan _length;
    private bool _isPaused;
    private bool _isTrying;
    private int _ended;
    private string? _why;
    private string? _held;
    private TaskCompletionSource _wake = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>How long it is left alone still; zero when it may be tried.</summary>
    public TimeSpan Remaining
    {
        get
        {
            lock (_lock) return Left;
        }
    }

    private TimeSpan Left => _isPaused && _length - clock.GetElapsedTime(_since) is { Ticks: > 0 } left ? left : TimeSpan.Zero;

    /// <summary>What somebody has to look at before it can go on, in words; null where it is not paused, or nothing is known.</summary>
    public string? Why
    {
        get
        {
            lock (_lock) return _held ?? (_isPaused ? _why : null);
        }
    }

    /// <summary>Whether no delivery may begin now: it is held, or left alone for a while still.</summary>
    public bool MustWait
    {
        get
        {
            lock (_lock) return _held is not null || Left > TimeSpan.Zero;
        }
    }

    /// <summary>How many pauses have ended with a write that was answered.</summary>
    public int Ended
    {
        get
        {
            lock (_lock) return _ended;
        }
    }

    /// <summary>Takes the right to begin deliveries: none in a pause, one after it, and as many as there is room for otherwise.</summary>
    /// <param name="free">For how many there is room.</param>
    /// <returns>How many; and whether that is the one that tries, which must <see cref="Leave"/>.</returns>
    public (int Count, bool Tries) Admit(int free)
    {
        lock (_lock)
        {
            if (_held is not null) return (0, false);
            if (!_isPaused) return (free, false);
            if (_isTrying || Left > TimeSpan.Zero) return (0, false);
            _isTrying = true;
            return (1, true);
        }
    }

    /// <summary>The one that tries has ended, or there was none: another may try.</summary>
    public void Leave()
    {
        lock (_lock) _isTrying = false;
    }

    /// <summary>Somebody asks for a delivery now: whatever is left of the pause, one tries.</summary>
    public void TryNow()
    {
        lock (_lock)
        {
            _length = TimeSpan.Zero;
            Wake();
        }
    }

    /// <summary>Nothing is delivered, for however long, until it is released.</summary>
    /// <param name="why">A sentence.</param>
    public void Hold(string why)
    {
        lock (_lock) _held = why;
    }

    /// <summary>It may be delivered to: what waited is due at once.</summary>
    public void Release()
    {
        lock (_lock)
        {
            if (_held is null) return;
            (_held, _ended) = (null, _ended + 1);
            Wake();
        }
    }

    /// <summary>Waits until it may be tried.</summary>
    public async Task OverAsync(CancellationToken cancellationToken)
    {
        Task wake;
        TimeSpan left;
        lock (_lock) (wake, left) = (_wake.Task, _held is null ? Left : Timeout.InfiniteTimeSpan);
        if (left == TimeSpan.Zero) return;
        using var woken = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(wake, Task.Delay(left, clock, woken.Token));
        await woken.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>A write was answered: nobody waits any more.</summary>
    public void Answered()
    {
        lock (_lock)
        {
            (_failures, _next) = (0, First);
            if (!_isPaused) return;
            (_isPaused, _ended) = (false, _ended + 1);
            DestinationLog.IsBack(logger);
        }
    }

    /// <summary>A write failed as if the destination were down or overloaded, or no connection was made at all.</summary>
    /// <param name="why">What somebody has to look at, in words; null where nobody can say.</param>
    public void Failed(string? why = null) => Failed(why, FailuresInARow);

    /// <summary>It refuses the gateway itself: whoever asks next is refused too.</summary>
    /// <inheritdoc cref="Failed(string?)"/>
    public void Refused(string why) => Failed(why, 1);

    /// <summary>It asks to be left alone.</summary>
    /// <param name="time">For how long; a longer time than the settings allow is cut.</param>
    public void Asked(TimeSpan time)
    {
        lock (_lock)
        {
            var length = time < _longestAsked ? time : _longestAsked;
            if (length > Left) Begin(length, null);
        }
    }

    private void Wake()
    {
        _wake.TrySetResult();
        _wake = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private void Failed(string? why, int inARow)
    {
        lock (_lock)
        {
            // What was on its way when the pause began fails too, and says nothing new.
            if (Left > TimeSpan.Zero || (++_failures < inARow && !_isPaused)) return;
            Begin(_next, why);
            _next = _next * 2 < Longest ? _next * 2 : Longest;
        }
    }

    private void Begin(TimeSpan length, string? why)
    {
        if (!_isPaused || why != _why) DestinationLog.IsPaused(logger, length, why);
        (_isPaused, _since, _length, _why) = (true, clock.GetTimestamp(), length, why);
    }
}
