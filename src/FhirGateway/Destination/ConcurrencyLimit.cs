using FhirGateway.Settings;
using Microsoft.Extensions.Options;

namespace FhirGateway.Destination;

/// <summary>
/// How many deliveries are worked at once for one destination: between 1 and what is set, found from how long they take. By Little's law,
/// of <c>n</c> at once <c>n × (1 − least / now)</c> only wait, where <c>least</c> is how long one takes while few do. More are tried while
/// few wait, fewer once many do: beyond that, more at once would take longer and deliver no more. Overload halves it.
/// </summary>
/// <remarks>
/// Waiting in line is what keeps a server busy, so some must: how many is a range, in which noise changes nothing. What was least once need
/// not be so for ever (longer notes, a fuller database): from time to time half as many run for a moment, and what they take is the least
/// from then on. Where the server was full with half as many, too, it takes twice as long with all: <c>n / 2</c> wait then, which the same
/// range bounds.
/// </remarks>
public sealed class ConcurrencyLimit(IOptions<GatewaySettings> settings, TimeProvider clock)
{
    private const int First = 4;
    private const double Smoothing = 0.25;
    private static readonly TimeSpan LeastIsBelievedFor = TimeSpan.FromSeconds(30);

    private readonly int _most = settings.Value.Delivery.Parallelism;
    private readonly Lock _lock = new();
    private double _current = Math.Min(First, settings.Value.Delivery.Parallelism);
    private long _since = clock.GetTimestamp(); // what began before tells of another number at once
    private int _ended;
    private TimeSpan _sum;
    private bool _wasFull;
    private double _usual;
    private double _least;
    private long _leastAt;
    private double? _beforeLook;

    /// <summary>How many at most, ever.</summary>
    public int Most => _most;

    /// <summary>How many at most, now.</summary>
    public int Current
    {
        get
        {
            lock (_lock) return (int)_current;
        }
    }

    // Enough that one that is odd does not decide, and about two rounds of all that run.
    private int Window => Math.Clamp(2 * (int)_current, 8, 64);

    private double Few => 3 + (_current / 10);

    private double Many => 6 + (_current / 5);

    /// <summary>All that may run do: there may be more than that to do.</summary>
    public void Filled()
    {
        lock (_lock) _wasFull = true;
    }

    /// <summary>One was delivered.</summary>
    /// <param name="began">When it began, as the clock's timestamp.</param>
    /// <param name="took">How long it took; of one that hung, what is still usual.</param>
    public void Delivered(long began, TimeSpan took)
    {
        lock (_lock)
        {
            if (began < _since) return;
            _sum += took;
            if (++_ended < Window) return;
            var mean = _sum.TotalSeconds / _ended;
            if (_beforeLook is { } before) EndLook(mean, before);
            else Judge(mean);
            (_ended, _sum, _wasFull) = (0, TimeSpan.Zero, false);
        }
    }

    /// <summary>The destination is overloaded: it says so (429, 503), or does not answer in time.</summary>
    /// <param name="began">When the request began: what was on its way at the last cut tells nothing new.</param>
    public void Overloaded(long began)
    {
        lock (_lock)
        {
            if (began < _since) return;
            _current = Math.Max(1, (_beforeLook ?? _current) / 2);
            (_beforeLook, _usual) = (null, 0);
            Restart();
        }
    }

    private void Judge(double mean)
    {
        _usual = _usual == 0 ? mean : _usual + (Smoothing * (mean - _usual));
        if (_least == 0 || _usual < _least) (_least, _leastAt) = (_usual, clock.GetTimestamp());

        // While there is less to do than might be done at once, nothing tells what more would bring.
        if (!_wasFull) return;
        var waiting = _current * (1 - (_least / _usual));
        if (waiting > Many) _current = Math.Max(1, _current - Math.Max(1, _current / 8));
        else if (waiting < Few) _current = Math.Min(_most, _current + 1);
        if (_current >= 2 && clock.GetElapsedTime(_leastAt) > LeastIsBelievedFor) BeginLook();
    }

    private void BeginLook()
    {
        (_beforeLook, _current) = (_current, Math.Max(1, _current / 2));
        Restart();
    }

    private void EndLook(double mean, double before)
    {
        (_current, _beforeLook, _least, _leastAt, _usual) = (before, null, mean, clock.GetTimestamp(), 0);
        Restart();
    }

    private void Restart()
    {
        (_since, _ended, _sum, _wasFull) = (clock.GetTimestamp(), 0, TimeSpan.Zero, false);
    }
}
