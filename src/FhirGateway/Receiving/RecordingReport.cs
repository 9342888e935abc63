using FhirGateway.Ledger;
using FhirGateway.Telemetry;

namespace FhirGateway.Receiving;

/// <summary>Counts and logs what the ledger makes of accepted messages: new, come again, or changed.</summary>
public sealed class RecordingReport(ILedger ledger, GatewayMetrics metrics, ILogger<RecordingReport> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        ledger.Recorded += Report;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        ledger.Recorded -= Report;
        return Task.CompletedTask;
    }

    private void Report(RecordedMessage message)
    {
        var (source, recorded) = (message.Source, message.Recorded);
        metrics.Received(source, recorded.Duplicate);
        if (recorded.BodyDiffers) ReceivingLog.CameAgainChanged(logger, recorded.MessageId, source);
        else if (recorded.Duplicate) ReceivingLog.CameAgain(logger, recorded.MessageId, source);
        else ReceivingLog.Recorded(logger, recorded.MessageId, source, recorded.Deliveries.Count);

        foreach (var delivery in recorded.Changed)
        {
            metrics.CameAgainChanged(source);
            ReceivingLog.EventCameAgainChanged(logger, delivery, source, recorded.MessageId);
        }

        foreach (var dead in recorded.Deliveries.Where(each => !recorded.Duplicate && each.State == DeliveryState.Dead))
        {
            metrics.Dead(source);
            ReceivingLog.Dead(logger, dead.Id, source);
        }
    }
}
