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
    // What the first release delivered tells its document by its body alone, until a later version has taken its place.
    private const string IsSettled = """
        received_at <= @Limit
        AND NOT EXISTS (
            SELECT 1 FROM delivery d WHERE d.message_id = message.id
              AND (d.state IN ('pending', 'delivering', 'parked') OR d.changed_at > @Limit
                   OR EXISTS (SELECT 1 FROM version v WHERE v.delivery_id = d.id AND v.subject IS NULL AND v.ended IS NULL)))
        """;

    private const string OfStep = "sequence > @After AND sequence <= @Last AND source = @Source";

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
            connection => connection.Query<(long Sequence, string Source, DateTimeOffset ReceivedAt)>(
                $"""
                SELECT sequence, source, received_at FROM message WHERE {whatIsThere} AND sequence > @after ORDER BY sequence LIMIT @most
                """,
                new { after, most }).AsList(),
            cancellationToken);

        // Messages are numbered about as they come: behind some that are all too young there are no older ones.
        var old = candidates.Where(each => each.ReceivedAt <= before.Of(each.Source)).Select(each => each.Source).Distinct().ToList();
        long? next = candidates.Count < most || candidates.TrueForAll(each => each.ReceivedAt > latest) ? null : candidates[^1].Sequence;
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

    private static bool IsBodyGone(DbConnection connection, string messageId) => connection.ExecuteScalar<bool>(
        "SELECT EXISTS (SELECT 1 FROM message WHERE id = @messageId AND body_gone_at IS NOT NULL)", new { messageId });

    /// <summary>It ought to go out again and can't: pending, it would never go out, and hold up its lane.</summary>
    private void Strand(DbConnection connection, DeliveryRow row, string why)
    {
        Note(connection, row.Id, "stranded", $"{why}; but the body of its message is gone, so that it stays as it is", Now());
        _stranded.Enqueue(new StrandedDelivery(row.Source, row.Id, why));
    }

    // Committed or not, to be told once too often is better than never.
    private void TellStranded()
    {
        while (_stranded.TryDequeue(out var stranded)) Stranded?.Invoke(stranded);
    }

    private sealed record RemovalOfSource(long After, long Last, string Source, DateTimeOffset Limit, DateTimeOffset Now);
}
