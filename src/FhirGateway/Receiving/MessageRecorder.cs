using FhirGateway.Ledger;
using FhirGateway.Mapping;
using FhirGateway.Settings;
using FhirGateway.Sources;
using FhirGateway.Telemetry;
using Microsoft.Extensions.Options;

namespace FhirGateway.Receiving;

/// <summary>Whether the destination says that it does not have a resource. False when it has one, several, or gave no answer.</summary>
/// <param name="source">Whose destination is asked.</param>
public delegate Task<bool> DefinitelyMissing(string source, ResourceLookup lookup, CancellationToken cancellationToken);

/// <summary>
/// Puts a sound message into the ledger, and asks the destination for what must be there. The message is on disk in either case.
/// </summary>
public sealed class MessageRecorder(
    ILedger ledger,
    CallLimits limits,
    DefinitelyMissing isMissing,
    IOptions<GatewaySettings> settings,
    GatewayMetrics metrics,
    TimeProvider clock,
    ILogger<MessageRecorder> logger)
{
    private readonly TimeSpan _budget = settings.Value.Receiving.LookupBudget;

    /// <summary>Records the message.</summary>
    /// <returns>What it names and the destination definitely does not have: then the vendor is refused. Empty when it is taken.</returns>
    /// <exception cref="Exception">The ledger failed: nothing may be answered for.</exception>
    public async Task<IReadOnlyList<Problem>> RecordAsync(CheckedMessage message)
    {
        // Held a little longer than the answer may take: after a crash in between, the delivery goes out by itself.
        var source = message.Source;
        var heldUntil = message.ReceivedAt + _budget * 3;
        Recorded? recorded = null;
        using (await limits.RoomInCommitAsync(source, message.Reading.Events.Count, message.Body.Length))
        {
            if (message.AsksFirst)
                recorded = await GatewayTraces.StepAsync("record", () => ledger.RecordAsync(message.ToRecord(heldUntil)));
            else
                await GatewayTraces.StepAsync("record", () => ledger.AcceptAsync(message.ToRecord(heldUntil)));
        }

        metrics.Drifted(source.Name, message.Reading.Events.SelectMany(e => e.Drift));
        if (recorded is null) return [];
        var missing = new List<Problem>();
        using var budget = new CancellationTokenSource(_budget, clock);
        foreach (var delivery in recorded.Deliveries.Where(each => each.State == DeliveryState.Pending || each.Refused))
            missing.AddRange(await CheckAsync(source, delivery, message.MustExist(delivery.EventKey), budget.Token));
        return missing;
    }

    /// <summary>Refuses or releases a held delivery; the problems say why it is refused.</summary>
    private async Task<IReadOnlyList<Problem>> CheckAsync(
        Source source, RecordedDelivery delivery, IReadOnlyList<ResourceLookup> mustExist, CancellationToken budget)
    {
        if (mustExist.Count == 0) return [];

        // A refused message that comes again is asked about again: the appointment may be there by now.
        if (delivery.Refused && !await ledger.ReviveAsync(delivery.Id, clock.GetUtcNow() + _budget * 3, CancellationToken.None)) return [];

        var missing = await MissingAsync(source.Name, mustExist, budget);
        if (missing.Count == 0)
        {
            await ledger.ProceedAsync(delivery.Id, CancellationToken.None);
            return [];
        }

        var reason = string.Join(" ", missing.Select(problem => problem.Text));
        if (await ledger.RefuseAsync(delivery.Id, reason, OutcomeJson.Text(missing), CancellationToken.None))
        {
            ReceivingLog.RefusedAfterLookup(logger, delivery.Id, source.Name);
            return missing;
        }

        // Somebody else decided meanwhile: the same message on another connection refused it, or a worker has it already.
        return await ledger.DeliveryAsync(delivery.Id, CancellationToken.None) is { Delivery.Refused: true } ? missing : [];
    }

    /// <summary>
    /// What the destination definitely does not have. Whatever it doesn't say in time counts as there: then the delivery parks if it must.
    /// </summary>
    private async Task<IReadOnlyList<Problem>> MissingAsync(
        string source, IReadOnlyList<ResourceLookup> mustExist, CancellationToken budget)
    {
        var missing = new List<Problem>();
        foreach (var lookup in mustExist)
        {
            try
            {
                if (await isMissing(source, lookup, budget)) missing.Add(lookup.Missing);
            }
            catch (OperationCanceledException) when (budget.IsCancellationRequested)
            {
                break;
            }
        }

        return missing;
    }
}
