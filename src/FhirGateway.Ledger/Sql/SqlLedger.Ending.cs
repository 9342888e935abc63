using System.Data.Common;
using Dapper;
using FhirGateway.Ledger.Lifecycle;

namespace FhirGateway.Ledger.Sql;

/// <remarks>The ends of an attempt.</remarks>
public abstract partial class SqlLedger
{
    /// <inheritdoc/>
    public Task<bool> DeliveredAsync(
        ClaimedDelivery claim,
        string receipt,
        IReadOnlyList<NewVersion>? versions = null,
        IReadOnlyList<EndedVersions>? ended = null,
        CancellationToken cancellationToken = default) =>
        EndAsync(claim, "delivered", null, (_, before, now) => before.Delivered(receipt, now), (connection, held) =>
        {
            ReplaceVersions(connection, claim, versions ?? [], ended ?? [], held.HasVersions);
            if (held.IsOutdated) GoAgain(connection, claim.Id, "replayed", RegisteredAnew);
        }, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> RetryAsync(
        ClaimedDelivery claim,
        string reason,
        DateTimeOffset dueAt,
        bool unanswered = false,
        bool counts = true,
        bool awaitsDestination = false,
        IReadOnlyList<NewVersion>? partly = null,
        CancellationToken cancellationToken = default) =>
        EndAsync(
            claim,
            unanswered ? "unanswered" : "retry",
            reason,
            (_, before, now) => before.Retried(reason, dueAt, counts, awaitsDestination, now),
            (connection, held) => RecordPartly(connection, claim, partly, held),
            cancellationToken);

    /// <inheritdoc/>
    public Task<bool> RelaneAsync(ClaimedDelivery claim, string lane, string reason, CancellationToken cancellationToken = default) =>
        EndAsync(
            claim, "relaned", reason, (_, before, now) => before.Relaned(lane, reason, now), null, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> ParkAsync(
        ClaimedDelivery claim,
        string waitsFor,
        string reason,
        DateTimeOffset nextTryAt,
        string? outcome = null,
        IReadOnlyList<NewVersion>? partly = null,
        bool isAskedFor = false,
        bool holdsLane = false,
        CancellationToken cancellationToken = default) =>
        EndAsync(claim, "parked", reason, (connection, before, now) =>
        {
            // Registered, or decided, while this attempt was looking for it: nobody else will release it.
            var isThere = connection.ExecuteScalar<bool>(
                """
                SELECT EXISTS (
                    SELECT 1 FROM correlation c JOIN attempt a ON a.token = @Token
                    WHERE c.source = @Source AND 'correlation:' || c.key = @waitsFor AND c.changed_at >= a.started_at
                    UNION ALL
                    SELECT 1 FROM decision d JOIN attempt a ON a.token = @Token
                    WHERE d.delivery_id = @Id AND d.about = @waitsFor AND d.decided_at >= a.started_at)
                """,
                new { waitsFor, claim.Token, claim.Source, claim.Id });
            return before.Parked(waitsFor, reason, outcome, isThere ? now : nextTryAt, isAskedFor, holdsLane, now);
        }, (connection, held) => RecordPartly(connection, claim, partly, held), cancellationToken);

    /// <inheritdoc/>
    public Task<bool> MarkDeadAsync(
        ClaimedDelivery claim,
        string reason,
        string outcome,
        IReadOnlyList<NewVersion>? partly = null,
        CancellationToken cancellationToken = default) =>
        EndAsync(
            claim,
            "dead",
            reason,
            (_, before, now) => before.Dead(reason, outcome, now),
            (connection, held) => RecordPartly(connection, claim, partly, held),
            cancellationToken);

    /// <inheritdoc/>
    public Task<bool> DoubtAsync(ClaimedDelivery claim, string? doubts, CancellationToken cancellationToken = default) => WriteAsync(
        connection => Find(connection, claim.Id) is { } row && row.Token == claim.Token && row.Doubts != doubts
            && connection.Execute(
                "UPDATE delivery SET doubts = @doubts WHERE id = @Id", new { doubts = _seal.Close(doubts), claim.Id }) == 1,
        cancellationToken);

    private void RecordPartly(DbConnection connection, ClaimedDelivery claim, IReadOnlyList<NewVersion>? partly, HeldFacts held)
    {
        if (partly is { Count: > 0 }) ReplaceVersions(connection, claim, partly, [], held.HasVersions);
    }

    private async Task<bool> EndAsync(
        ClaimedDelivery claim,
        string outcome,
        string? reason,
        Func<DbConnection, Standing, DateTimeOffset, Standing> become,
        Action<DbConnection, HeldFacts>? afterwards,
        CancellationToken cancellationToken)
    {
        var held = await WriteAsync(connection => End(connection, claim, outcome, reason, become, afterwards), cancellationToken);
        SignalWork();
        TellStranded();
        return held;
    }

    private bool End(
        DbConnection connection,
        ClaimedDelivery claim,
        string outcome,
        string? reason,
        Func<DbConnection, Standing, DateTimeOffset, Standing> become,
        Action<DbConnection, HeldFacts>? afterwards)
    {
        if (Held(connection, claim) is var (row, facts))
        {
            Save(
                connection,
                claim.Id,
                become(connection, row.Standing, Now()),
                "UPDATE attempt SET ended_at = @ChangedAt, outcome = @how, reason = @why WHERE token = @ended",
                new { how = outcome, why = _seal.Close(reason), ended = claim.Token });
            afterwards?.Invoke(connection, facts);
            return true;
        }

        var interrupted = connection.Query<string?>(
            "SELECT reason FROM attempt WHERE token = @Token AND outcome = 'interrupted'", new { claim.Token });
        foreach (var before in interrupted.AsList())
        {
            var both = $"{_seal.Open(before)}; after that, {outcome}{(reason is null ? "" : ": " + reason)}";
            connection.Execute(
                "UPDATE attempt SET reason = @reason WHERE token = @Token", new { reason = _seal.Close(both), claim.Token });
        }

        return false;
    }

    /// <summary>The delivery with what its end must know beside it, asked at once; null when the attempt has it no more.</summary>
    private (DeliveryRow Row, HeldFacts Facts)? Held(DbConnection connection, ClaimedDelivery claim)
    {
        var found = connection.Query<DeliveryRow, HeldFacts, (DeliveryRow Row, HeldFacts Facts)>(
            $"""
            SELECT {DeliveryRow.Columns},
                EXISTS (SELECT 1 FROM version v WHERE v.delivery_id = d.id AND v.ended IS NULL) AS has_versions,
                EXISTS (
                    SELECT 1 FROM attempt a JOIN correlation c ON c.source = d.source AND c.key = d.correlation
                    WHERE a.token = d.token AND c.changed_at >= a.started_at) AS is_outdated
            FROM delivery d WHERE d.id = @Id
            """,
            (row, facts) => (row, facts),
            new { claim.Id },
            splitOn: "has_versions").AsList();
        return found is [var (row, facts)] && row.Standing.IsHeldBy(claim.Token) ? (row.Opened(_seal), facts) : null;
    }

    private sealed class HeldFacts
    {
        /// <summary>It wrote versions before that count.</summary>
        public bool HasVersions { get; init; }

        /// <summary>What it goes by was registered anew while this attempt went by what was there before.</summary>
        public bool IsOutdated { get; init; }
    }
}
