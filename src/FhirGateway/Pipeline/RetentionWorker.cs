using FhirGateway.Ledger;
using FhirGateway.Settings;
using FhirGateway.Telemetry;
using Microsoft.Extensions.Options;

namespace FhirGateway.Pipeline;

/// <summary>
/// Removes from the ledger what is settled and older than the site keeps it, now and then and a little at a time. Of several gateways on
/// one ledger, one does it.
/// </summary>
public sealed class RetentionWorker(
    ILedger ledger, IOptions<GatewaySettings> settings, GatewayMetrics metrics, TimeProvider clock, ILogger<RetentionWorker> logger)
    : BackgroundService
{
    private static readonly TimeSpan Between = TimeSpan.FromHours(1);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(5);

    /// <inheritdoc/>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        ledger.Stranded += Report;
        return base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        ledger.Stranded -= Report;
    }

    /// <summary>Removes all that is old enough by now.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        var ofBodies = Limits(each => each.Bodies);
        var bodies = await RemovedAsync(
            (after, most) => ledger.RemoveBodiesAsync(ofBodies, after, most, cancellationToken), metrics.BodiesRemoved, cancellationToken);
        foreach (var (source, removed) in bodies)
        {
            RetentionLog.BodiesRemoved(logger, removed.Count, source);
            if (removed.Undelivered > 0) RetentionLog.NeverDelivered(logger, source, removed.Undelivered);
        }

        var (ofReceipts, ofDead) = (Limits(each => each.Receipts), Limits(each => each.DeadReceipts));
        var receipts = await RemovedAsync(
            (after, most) => ledger.RemoveReceiptsAsync(ofReceipts, ofDead, after, most, cancellationToken),
            metrics.ReceiptsRemoved,
            cancellationToken);
        foreach (var (source, removed) in receipts) RetentionLog.ReceiptsRemoved(logger, removed.Count, source, removed.Undelivered);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                // The one that had begun may have died since: the others look again well before it is due.
                if (RemovesAnything && await ledger.BeginRetentionAsync(Between, stoppingToken)) await SweepAsync(stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                RetentionLog.Failed(logger, failure.GetType().Name);
            }
            catch (OperationCanceledException)
            {
                break;
            }

            await Task.Delay(LookAgain, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // Nothing else goes where no bodies do.
    private bool RemovesAnything => Limits(each => each.Bodies).Latest is not null;

    private async Task<Dictionary<string, RemovedMessages>> RemovedAsync(
        Func<long, int, Task<RetentionStep>> remove, Action<string, int> count, CancellationToken cancellationToken)
    {
        const int Few = 100;
        var removed = new Dictionary<string, RemovedMessages>(StringComparer.Ordinal);
        for (long? next = 0; next is { } after;)
        {
            var began = clock.GetTimestamp();
            var step = await remove(after, Few);
            next = step.Next;
            foreach (var each in step.Removed)
            {
                count(each.Source, each.Count);
                var soFar = removed.GetValueOrDefault(each.Source, new RemovedMessages(each.Source, 0, 0));
                removed[each.Source] =
                    soFar with { Count = soFar.Count + each.Count, Undelivered = soFar.Undelivered + each.Undelivered };
            }

            // At most half of the time: webhooks and deliveries need the same disk.
            await Task.Delay(clock.GetElapsedTime(began), clock, cancellationToken);
        }

        return removed;
    }

    private SettledBefore Limits(Func<RetentionOptions, TimeSpan?> kept)
    {
        var (site, now) = (settings.Value.Retention, clock.GetUtcNow());
        return new SettledBefore(
            now - kept(site),
            settings.Value.Sources.ToDictionary(
                source => source.Key, source => now - kept(source.Value.Retention.Or(site)), StringComparer.OrdinalIgnoreCase));
    }

    private void Report(StrandedDelivery stranded)
    {
        metrics.Stranded(stranded.Source);
        RetentionLog.Stranded(logger, stranded.DeliveryId, stranded.Source, stranded.Why);
    }
}
