using System.Collections.Concurrent;
using System.Data.Common;
using Dapper;

namespace FhirGateway.Ledger.Sql;

/// <remarks>
/// Removes what is settled and old, in steps that are short enough for webhooks to get between: candidates are looked for beside the
/// writer, and judged again by it.
/// </remarks>
public abstract partial class SqlLedger
{
    private const int DeliveriesPerStep = 1024;

    // What the first release delivered tells its document by its body alone, until a later version has taken its place.
    private const string IsSettled = """
        received_at <= @Limit
        AND NOT EXISTS (
            SELECT 1 FROM delivery d WHERE d.message_id = message.id
              AND (d.state IN ('pending', 'delivering', 'parked') OR d.changed_at > @Limit
                   OR EXISTS (SELECT 1 FROM version v WHERE v.delivery_id = d.id AND v.subject IS NULL AND v.ended IS NULL)))
        """;

    // Not source alone: SQLite would look through all messages of the source, by its index, for the few of the step.
    private const string OfStep = "sequence > @After AND sequence <= @Last AND source || '' = @Source";

    private readonly ConcurrentQueue<StrandedDelivery> _stranded = new();

    /// <inheritdoc/>
    public event Action<StrandedDelivery>? Stranded;

    /// <inheritdoc/>
    public Task<bool> BeginRetentionAsync(TimeSpan every, CancellationToken cancellationToken = default) => WriteAsync(
        connection => connection.Execute(
            """
            INSERT INTO learnt (subject, name, value, learnt_at) VALUES ('ledger', 'retention', 'begun', @now)
            ON CONFLICT (subject, name) DO UPDATE SET learnt_at = @now WHERE learnt.learnt_at <= @before OR learnt.learnt_at > @now
            """,
            new { now = Now(), before = Now() - every }) == 1,
        cancellationToken);

    /// <inheritdoc/>
    public Task<RetentionStep> RemoveBodiesAsync(
        SettledBefore before, long after = 0, int most = 200, CancellationToken cancellationToken = default) =>
        RemoveAsync("body_gone_at IS NULL", RemoveBodies, before, after, most, cancellationToken);

    /// <inheritdoc/>
    public Task<RetentionStep> RemoveReceiptsAsync(
        SettledBefore before, SettledBefore deadBefore, long after = 0, int most = 200, CancellationToken cancellationToken = default) =>
        RemoveAsync(
            "body_gone_at IS NOT NULL",
            (connection, removal) => RemoveReceipts(connection, removal, deadBefore.Of(removal.Source) ?? DateTimeOffset.MinValue),
            before,
            after,
            most,
            cancellationToken);

    /// <summary>Gives room that was freed back to the disk, a little at a time, where the store does not do so by itself.</summary>
    private protected virtual void GiveRoomBack(DbConnection connection)
    {
    }

    private async Task<RetentionStep> RemoveAsync(
        string whatIsThere,
        Func<DbConnection, RemovalOfSource, RemovedMessages> remove,
        SettledBefore before,
        long after,
        int most,
        CancellationToken cancellationToken)
    {
        if (before.Latest is not { } latest) return new RetentionStep([], null);
        var candidates = await ReadAsync(
            connection => connection.Query<(long Sequence, string Source, DateTimeOffset ReceivedAt, int Deliveries)>(
                $"""
                SELECT sequence, source, received_at, (SELECT count(*) FROM delivery d WHERE d.message_id = message.id)
                FROM message WHERE {whatIsThere} AND sequence > @after ORDER BY sequence LIMIT @most
                """,
                new { after, most }).AsList(),
            cancellationToken);
        var isCut = CutWhereMany(candidates, each => each.Deliveries);

        // Messages are numbered about as they come: behind some that are all too young there are no older ones.
        var old = candidates.Where(each => each.ReceivedAt <= before.Of(each.Source)).Select(each => each.Source).Distinct().ToList();
        var isLast = (candidates.Count < most && !isCut) || candidates.TrueForAll(each => each.ReceivedAt > latest);
        long? next = isLast ? null : candidates[^1].Sequence;
        if (old.Count == 0) return new RetentionStep([], next);

        var last = candidates[^1].Sequence;
        var removed = await WriteAsync(
            connection =>
            {
                var now = Now();
                var each = old.Select(source =>
                    remove(connection, new RemovalOfSource(after, last, source, before.Of(source)!.Value, now))).ToList();
                GiveRoomBack(connection);
                return each;
            },
            cancellationToken);
        return new RetentionStep([.. removed.Where(each => each.Count > 0)], next);
    }

    // A message may tell of a thousand events.
    private static bool CutWhereMany<T>(List<T> candidates, Func<T, int> deliveries)
    {
        var count = 0;
        var few = candidates.TakeWhile((each, index) => (count += deliveries(each)) <= DeliveriesPerStep || index == 0).Count();
        if (few == candidates.Count) return false;
        candidates.RemoveRange(few, candidates.Count - few);
        return true;
    }

    private static RemovedMessages RemoveBodies(DbConnection connection, RemovalOfSource removal)
    {
        var count = connection.Execute(
            $"UPDATE message SET body_gone_at = @Now WHERE {OfStep} AND body_gone_at IS NULL AND {IsSettled}", removal);
        if (count == 0) return new RemovedMessages(removal.Source, 0, 0);
        connection.Execute(
            """
            DELETE FROM body WHERE sequence > @After AND sequence <= @Last AND EXISTS (
                SELECT 1 FROM message m WHERE m.sequence = body.sequence AND m.source = @Source AND m.body_gone_at IS NOT NULL)
            """,
            removal);
        var undelivered = connection.ExecuteScalar<int>(
            $"""
            SELECT count(*) FROM message WHERE {OfStep} AND body_gone_at = @Now
              AND EXISTS (SELECT 1 FROM delivery d WHERE d.message_id = message.id AND d.state = 'dead')
            """,
            removal);
        return new RemovedMessages(removal.Source, count, undelivered);
    }

    private RemovedMessages RemoveReceipts(DbConnection connection, RemovalOfSource removal, DateTimeOffset deadLimit)
    {
        var forgotten = connection.Query<(string Id, bool HasDead)>(
            $"""
            SELECT id, EXISTS (SELECT 1 FROM delivery d WHERE d.message_id = message.id AND d.state = 'dead') FROM message
            WHERE {OfStep} AND body_gone_at IS NOT NULL AND {IsSettled} AND coalesce(last_duplicate_at, received_at) <= @Limit
              AND NOT EXISTS (
                  SELECT 1 FROM delivery d WHERE d.message_id = message.id
                    AND (d.state = 'dead' AND d.changed_at > @deadLimit OR d.last_differing_at > @Limit
                         OR EXISTS (SELECT 1 FROM delivery f WHERE f.first_delivery_id = d.id AND f.message_id <> d.message_id)))
            """,
            new { removal.After, removal.Last, removal.Source, removal.Limit, deadLimit }).AsList();
        if (forgotten.Count == 0) return new RemovedMessages(removal.Source, 0, 0);

        // What counts still of versions stays, and what was decided about them.
        var ofThese = $"delivery_id IN (SELECT id FROM delivery WHERE message_id {Among("ids")})";
        connection.Execute(
            $"""
            DELETE FROM attempt WHERE {ofThese};
            DELETE FROM version WHERE ended IS NOT NULL AND {ofThese};
            DELETE FROM decision WHERE {ofThese} AND NOT EXISTS (SELECT 1 FROM version v WHERE v.delivery_id = decision.delivery_id);
            DELETE FROM delivery WHERE message_id {Among("ids")};
            DELETE FROM message WHERE id {Among("ids")}
            """,
            new { ids = forgotten.Select(each => each.Id).ToArray() });
        return new RemovedMessages(removal.Source, forgotten.Count, forgotten.Count(each => each.HasDead));
    }

    private static bool IsBodyGone(DbConnection connection, string messageId) => connection.ExecuteScalar<bool>(
        "SELECT EXISTS (SELECT 1 FROM message WHERE id = @messageId AND body_gone_at IS NOT NULL)", new { messageId });

    /// <summary>It ought to go out again and can't: pending, it would never go out, and hold up its lane.</summary>
    private void Strand(DbConnection connection, DeliveryRow row, string why)
    {
        Note(connection, row.Id, "stranded", $"{why}; but the body of its message is gone, so that it stays as it is", Now());
        _stranded.Enqueue(new StrandedDelivery(row.Source, row.Id, why));
    }

    /// <summary>It ought to go out again, and was forgotten.</summary>
    private void StrandForgotten(string source, string deliveryId, string why) =>
        _stranded.Enqueue(new StrandedDelivery(source, deliveryId, why + ", and its receipt is gone, too"));

    // Committed or not, to be told once too often is better than never.
    private void TellStranded()
    {
        while (_stranded.TryDequeue(out var stranded)) Stranded?.Invoke(stranded);
    }

    private sealed record RemovalOfSource(long After, long Last, string Source, DateTimeOffset Limit, DateTimeOffset Now);
}
