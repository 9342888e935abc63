using System.Data.Common;
using FhirGateway.Destination;
using FhirGateway.Ledger;
using FhirGateway.Mapping;
using FhirGateway.Settings;
using FhirGateway.Telemetry;
using Microsoft.Extensions.Options;

namespace FhirGateway.Pipeline;

/// <summary>
/// Works one claimed delivery of a lane to the end of its attempt, and tells the ledger what came of it: the same for whoever claims, a
/// gateway alone or the one of several that has the lane.
/// </summary>
public sealed class LaneRunner(
    ILedger ledger,
    DeliveryPipeline pipeline,
    IOptions<GatewaySettings> settings,
    GatewayMetrics metrics,
    TimeProvider clock,
    ILogger<LaneRunner> logger)
{
    private readonly DeliveryOptions _options = settings.Value.Delivery;
    private readonly ParkedSchedule _parkedSchedule = new(settings.Value.Delivery);

    /// <param name="aborting">The gateway stops: what is on its way is given up, and goes back to the ledger.</param>
    /// <returns>Whether it was delivered. What fails is told to the ledger, never thrown.</returns>
    public async Task<bool> RunAsync(ClaimedDelivery claim, CancellationToken aborting)
    {
        if (claim.WasElsewhere) metrics.Moved(claim.Source);

        // Shorter than the lease: nobody else may have the delivery while this attempt could still send it.
        using var limit = new CancellationTokenSource(_options.ClaimLease * 0.8, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, aborting);
        try
        {
            var attempt = await AttemptAsync(claim, either.Token, aborting);
            if (attempt.Outcome.Doubts is { } doubts) await DoubtAsync(claim, doubts);
            await EndAsync(claim, attempt);
            return attempt.Outcome is Delivered;
        }
        catch (Exception failure)
        {
            // The end of the attempt could not be written down: its lease runs out and the delivery is claimed again.
            PipelineLog.LedgerFailed(logger, failure.GetType().Name, failure.Message);
            return false;
        }
    }

    private async Task<Attempt> AttemptAsync(ClaimedDelivery claim, CancellationToken cancellationToken, CancellationToken aborting)
    {
        try
        {
            return await pipeline.RunAsync(claim, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            var cut = aborting.IsCancellationRequested
                ? new TryAgain("the gateway was stopping", RetryCause.Conflict)
                : new TryAgain("the attempt took too long", RetryCause.Unavailable);
            return Attempt.Of(cut with { MayBeAtWork = true });
        }
        catch (DbException failure)
        {
            // It passes, and says nothing of the note. Whether the transaction had gone out by then is not known here.
            PipelineLog.LedgerFailed(logger, failure.GetType().Name, failure.Message);
            return Attempt.Of(new TryAgain("the gateway's ledger failed", RetryCause.Ledger) { MayBeAtWork = true });
        }
        catch (Exception failure)
        {
            // A defect of ours must neither lose the note nor stop its lane's worker. The message may quote the payload: type only.
            PipelineLog.AttemptFailed(logger, claim.Id, claim.Source, failure.GetType().Name);
            return Attempt.Of(new TryAgain($"an unexpected {failure.GetType().Name} in the gateway", RetryCause.Misconfigured));
        }
    }

    // Told once, however often it is tried.
    private async Task DoubtAsync(ClaimedDelivery claim, Doubts doubts)
    {
        if (doubts.AreNone && claim.Attempt == 1) return;
        if (!await ledger.DoubtAsync(claim, doubts.AreNone ? null : doubts.ToJson()) || doubts.AreNone) return;
        metrics.Drifted(claim.Source, doubts.Drift);
        metrics.Doubted(claim.Source, doubts.Problems.Count);
        PipelineLog.Doubted(logger, claim.Id, claim.Source, doubts.Problems.Count, doubts.Drift.Count);
    }

    private async Task EndAsync(ClaimedDelivery claim, Attempt attempt)
    {
        var now = clock.GetUtcNow();
        switch (attempt.Outcome)
        {
            case Delivered delivered:
                await ledger.DeliveredAsync(claim, delivered.Receipt, attempt.Versions, attempt.Ended);
                metrics.Delivered(claim.Source, now - claim.ReceivedAt);
                PipelineLog.Delivered(logger, claim.Id, claim.Source, claim.Attempt);
                break;
            case Parked park:
                var isAskedFor = AwaitedSearch.CanHold(park.WaitsFor);
                var since = claim.ParkedFor == park.WaitsFor ? claim.ParkedSince ?? now : now;
                var next = _parkedSchedule.Next(now, since, takesAttempt: !isAskedFor);
                var holdsLane = park.WaitsFor == RefusalJudgement.UnexplainedRefusal;
                await ledger.ParkAsync(claim, park.WaitsFor, park.Reason, next, park.Outcome, attempt.Versions, isAskedFor, holdsLane);
                metrics.Parked(claim.Source);
                PipelineLog.Parked(logger, claim.Id, claim.Source);
                break;
            case Relaned relane:
                await ledger.RelaneAsync(claim, relane.Lane, relane.Reason);
                PipelineLog.Relaned(logger, claim.Id, claim.Source);
                break;
            case Dead dead:
                await ledger.MarkDeadAsync(claim, dead.Reason, dead.Outcome, attempt.Versions);
                metrics.Dead(claim.Source);
                PipelineLog.Dead(logger, claim.Id, claim.Source, claim.Attempt);
                break;
            case TryAgain again:
                var wait = Backoff.Wait(again, claim.RoundAttempt, _options, Backoff.Chance());
                await ledger.RetryAsync(
                    claim,
                    again.Reason,
                    now + wait,
                    again.MayBeAtWork,
                    counts: !again.NeverLeft,
                    awaitsDestination: again.AwaitsDestination,
                    partly: attempt.Versions);
                metrics.Retried(claim.Source, again.Cause.ToString());
                if (again.Cause == RetryCause.TakenOver) metrics.Fenced(claim.Source);
                if (again.Cause == RetryCause.Misconfigured) PipelineLog.Misconfigured(logger, claim.Id, claim.Source, again.Reason, wait);
                else PipelineLog.TriedAgainLater(logger, claim.Id, claim.Source, again.Reason, wait);
                break;
        }
    }
}
