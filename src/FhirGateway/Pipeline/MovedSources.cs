using System.Text.Json;
using FhirGateway.Destination;
using FhirGateway.Ledger;
using FhirGateway.Settings;
using FhirGateway.Telemetry;
using Microsoft.Extensions.Options;

namespace FhirGateway.Pipeline;

/// <summary>
/// Notices that a source delivers to another server than at an earlier start. What the ledger recorded of it before says nothing of what
/// lies on the one that it has now: that is asked.
/// </summary>
public sealed class MovedSources(
    ILedger ledger, AllDestinations destinations, IOptions<GatewaySettings> settings, TimeProvider clock, ILogger<MovedSources> logger)
    : IHostedService
{
    // By source: where it delivers to, and the last time that this was another place.
    private const string Places = "source-destination";
    private const string Moves = "source-moved";

    private IReadOnlyDictionary<string, Move> _moves = new Dictionary<string, Move>();

    /// <summary>
    /// The last delivery's sequence when the source was moved: what was recorded up to it may lie elsewhere. Null for one that never was.
    /// </summary>
    public long? MovedAt(string source) => _moves.TryGetValue(KeyOf(source), out var move) ? move.Sequence : null;

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var places = await ledger.LearntAsync(Places, cancellationToken);
        foreach (var source in settings.Value.Sources.Keys)
        {
            var (before, now) = (places.GetValueOrDefault(KeyOf(source))?.Value, destinations.Of<FhirServer>(source).BaseUrl);
            if (before == now) continue;
            if (before is not null) await MoveAsync(source, before, now, cancellationToken);
            await ledger.LearnAsync(Places, KeyOf(source), now, cancellationToken);
        }

        _moves = (await ledger.LearntAsync(Moves, cancellationToken))
            .ToDictionary(each => each.Key, each => JsonSerializer.Deserialize<Move>(each.Value.Value)!, StringComparer.Ordinal);
        destinations.Moved =
        [
            .. _moves.Values.Where(each => !each.IsFromSandbox).Select(each => new MovedSource(each.Source, each.From, each.To, each.At)),
        ];
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task MoveAsync(string source, string before, string now, CancellationToken cancellationToken)
    {
        var own = await ledger.DeliveriesAsync(new DeliveryFilter(source, Limit: 1), cancellationToken);
        var forgets = settings.Value.Sources[source].Retention.Or(settings.Value.Retention).Receipts is not null;
        if (own.Count == 0 && !forgets) return; // it never sent anything

        // Where all deliveries are forgotten, which versions are older than the move is not known: all may be.
        var last = await ledger.DeliveriesAsync(new DeliveryFilter(Limit: 1), cancellationToken);
        var move = new Move(
            source, before, now, clock.GetUtcNow(), last is [var newest, ..] ? newest.Sequence : long.MaxValue,
            before == DestinationParts.SandboxUrl);
        await ledger.LearnAsync(Moves, KeyOf(source), JsonSerializer.Serialize(move), cancellationToken);
        if (!move.IsFromSandbox) PipelineLog.Moved(logger, source, new Uri(before).Authority, new Uri(now).Authority);
    }

    private static string KeyOf(string source) => source.ToLowerInvariant();

    /// <param name="Sequence">The last delivery's when it was moved.</param>
    /// <param name="IsFromSandbox">It holds nothing any more.</param>
    private sealed record Move(string Source, string From, string To, DateTimeOffset At, long Sequence, bool IsFromSandbox);
}
