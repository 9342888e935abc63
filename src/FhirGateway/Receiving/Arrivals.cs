using System.Threading.Channels;
using FhirGateway.Ledger;

namespace FhirGateway.Receiving;

/// <summary>Word of what has come to a destination, for the parked deliveries that wait for it there.</summary>
/// <param name="sources">Those that deliver to it; null for all.</param>
public sealed class Arrivals(ILedger ledger, TimeProvider clock, SourceFilter? sources = null)
{
    // Everything at once, however often somebody asks for it.
    private static readonly TimeSpan BetweenAll = TimeSpan.FromSeconds(10);

    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly Lock _lock = new();
    private long? _allAsked; // monotonic
    private bool _isAllWanted;

    /// <summary>Something has come: what waits for it goes on.</summary>
    /// <param name="names">All that it may be waited for as.</param>
    /// <returns>How many deliveries.</returns>
    public Task<int> CameAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken) =>
        ledger.ArrivedAsync(names, "announced through the API", sources, cancellationToken);

    /// <summary>Something has come, and nobody says what: all that parked deliveries wait for is due to be asked for.</summary>
    /// <returns>
    /// How many deliveries wait for it. 0 where all was asked for a moment ago: then all is asked for once more, when that is long enough
    /// ago.
    /// </returns>
    public async Task<int> SomethingCameAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _isAllWanted = Left > TimeSpan.Zero;
            if (_isAllWanted) return 0;
            _allAsked = clock.GetTimestamp();
        }

        var waiting = await ledger.AskNowAsync(sources, cancellationToken);
        _wake.Writer.TryWrite(true);
        return waiting;
    }

    /// <summary>Waits until all is due to be asked for, or the time is over.</summary>
    public async Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        using var over = new CancellationTokenSource(atMost, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellationToken);
        Task woken = _wake.Reader.WaitToReadAsync(either.Token).AsTask();
        await woken.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (IsAllDue()) await SomethingCameAsync(cancellationToken);
        _wake.Reader.TryRead(out _);
    }

    private TimeSpan Left => _allAsked is { } last ? BetweenAll - clock.GetElapsedTime(last) : TimeSpan.Zero;

    private bool IsAllDue()
    {
        lock (_lock) return _isAllWanted && Left <= TimeSpan.Zero;
    }
}
