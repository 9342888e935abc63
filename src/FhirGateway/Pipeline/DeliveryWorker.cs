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
    LaneRunner runner,
    DestinationPause pause,
    ConcurrencyLimit limit,
    IOptions<GatewaySettings> settings,
    GatewayMetrics metrics,
    TimeProvider clock,
    ILogger<DeliveryWorker> logger) : BackgroundService
{
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(5);
    private readonly DeliveryOptions _options = settings.Value.Delivery;

    // The rest of the time to stop is for the ledger, which must be told what did not arrive.
    private readonly TimeSpan _grace = settings.Value.ShutdownTimeout * 0.8;
    private readonly WorkSlots _slots = new(limit, clock);
    private int _pausesSeen;

    /// <summary>Tells the ledger how names are made from now on, before anything is written under them.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        var kept = await ledger.NameUnderAsync(settings.Value.IdentifierBase ?? "", cancellationToken);
        if (kept > 0) PipelineLog.NameBaseChanged(logger, kept);
        metrics.ShowLimit(() => limit.Current);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
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

        await _slots.AllEndedAsync();
    }

    private async Task ClaimAsync(CancellationToken aborting, CancellationToken stoppingToken)
    {
        var free = await _slots.FreeAsync();
        stoppingToken.ThrowIfCancellationRequested();
        if (pause.Ended is var ended && ended != _pausesSeen)
        {
            await ledger.HastenAsync(stoppingToken);
            _pausesSeen = ended;
        }

        var (count, tries) = pause.Admit(free);
        if (count == 0)
        {
            await PauseAsync(stoppingToken);
            return;
        }

        IReadOnlyList<ClaimedDelivery> claims = [];
        try
        {
            claims = await ledger.ClaimAsync(count, _options.ClaimLease, stoppingToken);
        }
        finally
        {
            // Also where the ledger fails: else nobody would try the destination again.
            if (tries && claims.Count == 0) pause.Leave();
        }

        foreach (var claim in claims) _slots.Run(() => WorkAsync(claim, tries, aborting));
        if (claims.Count > 0) return;
        await ledger.WaitForWorkAsync(LongestSleep, stoppingToken);
    }

    // Until the pause is over, or the one that tries has ended.
    private async Task PauseAsync(CancellationToken stoppingToken)
    {
        var ended = _slots.OneEndedAsync();
        if (pause.Remaining > TimeSpan.Zero) await pause.OverAsync(stoppingToken);
        else await ended.WaitAsync(stoppingToken);
    }

    /// <param name="tries">It tries a destination that was left alone.</param>
    private async Task<bool> WorkAsync(ClaimedDelivery claim, bool tries, CancellationToken aborting)
    {
        try
        {
            return await runner.RunAsync(claim, aborting);
        }
        finally
        {
            if (tries) pause.Leave();
        }
    }
}
