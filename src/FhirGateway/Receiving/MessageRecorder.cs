using System.Security.Cryptography;
using FhirGateway.Ledger;
using FhirGateway.Ledger.Sqlite;
using FhirGateway.Mapping;
using FhirGateway.Settings;
using FhirGateway.Sources;
using FhirGateway.Telemetry;
using Microsoft.Extensions.Options;

namespace FhirGateway.Receiving;

/// <summary>Whether the destination says that it does not have a resource. False when it has one, several, or gave no answer.</summary>
public delegate Task<bool> DefinitelyMissing(ResourceLookup lookup, CancellationToken cancellationToken);

/// <summary>Puts a sound message into the ledger and decides the answer: stored, or refused because what it names is not on the destination.</summary>
public sealed class MessageRecorder(
    SqliteLedger ledger,
    DefinitelyMissing isMissing,
    IOptions<GatewaySettings> settings,
    GatewayMetrics metrics,
    TimeProvider clock,
    ILogger<MessageRecorder> logger)
{
    private readonly TimeSpan _budget = settings.Value.Receiving.LookupBudget;

    /// <summary>Records the message.</summary>
    /// <returns>What the vendor is to be told: stored, or refused and why.</returns>
    /// <exception cref="Exception">The ledger failed: nothing may be answered for.</exception>
    public async Task<(Verdict Verdict, IReadOnlyList<Problem> Problems)> RecordAsync(
        Source source, Reading reading, ReadOnlyMemory<byte> body, string? contentType, string? headers, DateTimeOffset now)
    {
        var intents = reading.Events.Where(e => e is { Acknowledged: null, Problems: [] })
            .DistinctBy(e => e.Key)
            .ToDictionary(e => e.Key, e => GatewayTraces.Step("intend", () => source.Vendor.IntentOf(e, source.Settings, now)), StringComparer.Ordinal);

        // Held a little longer than the answer may take: after a crash in between, the delivery goes out by itself.
        var heldUntil = now + _budget * 3;
        var message = new NewMessage(
            source.Name,
            reading.Identity ?? "sha256:" + Convert.ToHexStringLower(SHA256.HashData(body.Span)),
            body,
            contentType,
            headers,
            now,
            [.. reading.Events.Select(e => e.Problems is [_, ..]
                ? new NewDelivery(e.Key, e.Type, e.Type, Dead: new WhyDead(string.Join(" ", e.Problems.Select(problem => problem.Text)), OutcomeJson.Text(e.Problems)))
                : e.Acknowledged is { } because
                ? new NewDelivery(e.Key, e.Type, e.Type, because)
                : new NewDelivery(e.Key, e.Type, intents[e.Key].Lane, null, MustExist(intents[e.Key]).Any() ? heldUntil : null))]);
        var recorded = await GatewayTraces.StepAsync("record", () => ledger.RecordAsync(message));

        metrics.Received(source.Name, recorded.Duplicate);
        if (recorded.BodyDiffers) ReceivingLog.CameAgainChanged(logger, recorded.MessageId, source.Name);
        else if (recorded.Duplicate) ReceivingLog.CameAgain(logger, recorded.MessageId, source.Name);
        else ReceivingLog.Recorded(logger, recorded.MessageId, source.Name, recorded.Deliveries.Count);

        foreach (var dead in recorded.Deliveries.Where(each => !recorded.Duplicate && each.State == DeliveryState.Dead))
        {
            metrics.Dead(source.Name);
            ReceivingLog.Dead(logger, dead.Id, source.Name);
        }

        var missing = new List<Problem>();
        using var budget = new CancellationTokenSource(_budget, clock);
        foreach (var delivery in recorded.Deliveries.Where(each => each.State == DeliveryState.Pending || each.Refused))
        {
            if (!intents.TryGetValue(delivery.EventKey, out var intent)) continue;
            missing.AddRange(await CheckAsync(source, delivery, [.. MustExist(intent)], budget.Token));
        }

        if (missing.Count == 0) return (Verdict.Stored, []);
        await CountRefusalAsync(source, "unknown-reference");
        return (Verdict.Invalid, missing);
    }

    public Task CountRefusalAsync(Source source, string reason) => ledger.CountRefusalAsync(source.Name, reason);

    private static IEnumerable<ResourceLookup> MustExist(Intent intent) =>
        intent.Lookups.OfType<ResourceLookup>().Where(lookup => lookup.RefuseWhenMissing);

    /// <summary>Refuses or releases a held delivery; the problems say why it is refused.</summary>
    private async Task<IReadOnlyList<Problem>> CheckAsync(Source source, RecordedDelivery delivery, IReadOnlyList<ResourceLookup> mustExist, CancellationToken budget)
    {
        if (mustExist.Count == 0) return [];

        // A refused message that comes again is asked about again: the appointment may be there by now.
        if (delivery.Refused && !await ledger.ReviveAsync(delivery.Id, clock.GetUtcNow() + _budget * 3, CancellationToken.None)) return [];

        var missing = await MissingAsync(mustExist, budget);
        if (missing.Count == 0)
        {
            await ledger.ProceedAsync(delivery.Id, CancellationToken.None);
            return [];
        }

        if (await ledger.RefuseAsync(delivery.Id, string.Join(" ", missing.Select(problem => problem.Text)), OutcomeJson.Text(missing), CancellationToken.None))
        {
            ReceivingLog.RefusedAfterLookup(logger, delivery.Id, source.Name);
            return missing;
        }

        // Somebody else decided meanwhile: the same message on another connection refused it, or a worker has it already.
        return await ledger.DeliveryAsync(delivery.Id, CancellationToken.None) is { Delivery.Refused: true } ? missing : [];
    }

    /// <summary>What the destination definitely does not have. Whatever it doesn't say in time counts as there: then the delivery parks if it must.</summary>
    private async Task<IReadOnlyList<Problem>> MissingAsync(IReadOnlyList<ResourceLookup> mustExist, CancellationToken budget)
    {
        var missing = new List<Problem>();
        foreach (var lookup in mustExist)
        {
            try
            {
                if (await isMissing(lookup, budget)) missing.Add(lookup.Missing);
            }
            catch (OperationCanceledException) when (budget.IsCancellationRequested)
            {
                break;
            }
        }

        return missing;
    }
}
