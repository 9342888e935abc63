using FhirGateway.Destination;
using FhirGateway.Ledger;
using FhirGateway.Settings;
using FhirGateway.Telemetry;
using Microsoft.Extensions.Options;

namespace FhirGateway.Pipeline;

/// <summary>
/// Works off what the ledger owes: one delivery per lane at a time, several lanes side by side. When the gateway stops, what is
/// on its way gets a moment to arrive; the rest goes back to the ledger.
/// </summary>
public sealed class DeliveryWorker(
    ILedger ledger,
    ITurns turns,
    LaneRunner runner,
    OwnSources sources,
    DestinationPause pause,
    ConcurrencyLimit limit,
    IOptions<GatewaySettings> settings,
    GatewayMetrics metrics,
    TimeProvider clock,
    ILogger<DeliveryWorker> logger) : BackgroundService
{
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(5);

    // The rest of the time to stop is for the ledger, which must be told what did not arrive.
    private readonly TimeSpan _grace = settings.Value.ShutdownTimeout * 0.8;
    private readonly WorkSlots _slots = new(limit, clock);
    private int _pausesSeen;

    /// <summary>Tells the ledger how names are made from now on, before anything is written under them.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        var kept = await ledger.NameUnderAsync(settings.Value.IdentifierBase ?? "", cancellationToken);
        if (kept > 0) PipelineLog.NameBaseChanged(logger, kept);
        metrics.ShowLimit(sources.AreOfDefault ? null : sources.Destination, () => limit.Current);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var leaving = new CancellationTokenSource();
        var keeping = turns.RunAsync(stoppingToken, leaving.Token);
        using var aborting = new CancellationTokenSource();
        using var graceAfterStop = stoppingToken.Register(() => aborting.CancelAfter(_grace));
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ClaimAsync(aborting.Token, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception failure)
            {
                // The ledger itself: nothing is lost, but nothing moves either until it works again.
                PipelineLog.LedgerFailed(logger, failure.GetType().Name, failure.Message);
                await Task.Delay(LongestSleep, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        turns.GiveUp();
        await _slots.AllEndedAsync();
        await leaving.CancelAsync();
        await keeping;
    }

    private async Task ClaimAsync(CancellationToken aborting, CancellationToken stoppingToken)
    {
        var free = await _slots.FreeAsync();
        stoppingToken.ThrowIfCancellationRequested();
        if (pause.Ended is var ended && ended != _pausesSeen)
        {
            await ledger.HastenAsync(sources.Filter, stoppingToken);
            _pausesSeen = ended;
        }

        var (count, tries) = pause.Admit(free);
        if (count == 0)
        {
            turns.GiveUp();
            await PauseAsync(stoppingToken);
            return;
        }

        IReadOnlyList<Turn> taken = [];
        try
        {
            taken = await turns.TakeAsync(count, stoppingToken);
        }
        finally
        {
            // Also where the ledger fails: else nobody would try the destination again.
            if (tries && taken.Count == 0) pause.Leave();
        }

        foreach (var turn in taken) _slots.Run(() => WorkAsync(turn, tries, aborting));
        if (taken.Count == 0) await turns.WaitAsync(LongestSleep, stoppingToken);
    }

    // Until the pause is over, or the one that tries has ended.
    private async Task PauseAsync(CancellationToken stoppingToken)
    {
        var ended = _slots.OneEndedAsync();
        if (pause.MustWait) await pause.OverAsync(stoppingToken);
        else await ended.WaitAsync(stoppingToken);
    }

    /// <param name="tries">It tries a destination that was left alone.</param>
    private async Task<bool> WorkAsync(Turn turn, bool tries, CancellationToken aborting)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(turn.Leaving, aborting);
        try
        {
            return await runner.RunAsync(turn.Claim, either.Token);
        }
        finally
        {
            turn.Over?.TrySetResult();
            if (tries) pause.Leave();
        }
    }
}
