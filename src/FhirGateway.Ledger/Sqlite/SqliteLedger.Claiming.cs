using Dapper;
using Microsoft.Data.Sqlite;

namespace FhirGateway.Ledger.Sqlite;

public sealed partial class SqliteLedger
{
    // Oldest first. In one lane: never past an earlier one that is still owed, and never beside one that a live worker
    // holds (a replayed or released delivery is older than the one that may be on its way).
    private const string ClaimableSql = """
        SELECT d.id AS Id, d.state AS State, d.token AS Token, d.sequence AS Sequence, d.message_id AS MessageId, d.source AS Source,
               d.event_key AS EventKey, d.event_type AS EventType, d.lane AS Lane, d.attempts AS Attempts,
               d.round_attempts AS RoundAttempts,
               d.parked_since AS ParkedSince, d.received_at AS ReceivedAt, d.former_keys AS HasFormerKeys, d.named_under AS NamedUnder
        FROM delivery d
        WHERE d.state IN ('pending', 'delivering')
          AND (CASE d.state WHEN 'pending' THEN d.due_at ELSE d.lease_until END) <= @now
          AND NOT EXISTS (
              SELECT 1 FROM delivery e
              WHERE e.source = d.source AND e.lane = d.lane AND e.state IN ('pending', 'delivering') AND e.sequence <> d.sequence
                AND (e.sequence < d.sequence OR e.state = 'delivering' AND e.lease_until > @now))
        ORDER BY d.sequence LIMIT @max
        """;

    // A worker that died (interrupted) may have sent what it had, too.
    private const string RefusalsSql = """
        SELECT (SELECT count(*) FROM attempt WHERE delivery_id = @Id AND sequence > last AND outcome IN ('retry', 'dead'))
        FROM (SELECT max(sequence) AS last FROM attempt WHERE delivery_id = @Id AND outcome IN ('unanswered', 'interrupted'))
        WHERE last IS NOT NULL
        """;

    /// <summary>
    /// Takes up to <paramref name="max"/> due deliveries, at most one per lane, in the order of recording. Until the lease ends
    /// nobody else gets them; afterwards they are claimable again, and the attempt stays in the history as interrupted.
    /// </summary>
    /// <param name="lease">Longer than a delivery may take with all its time-outs.</param>
    public Task<IReadOnlyList<ClaimedDelivery>> ClaimAsync(int max, TimeSpan lease, CancellationToken cancellationToken = default) =>
        WriteAsync<IReadOnlyList<ClaimedDelivery>>(connection => Claim(connection, max, lease), cancellationToken);

    private List<ClaimedDelivery> Claim(SqliteConnection connection, int max, TimeSpan lease)
    {
        var started = _clock.GetUtcNow();
        var now = Timestamp.Text(started);
        connection.Execute(
            "UPDATE delivery SET state = 'pending', changed_at = @now WHERE state = 'parked' AND due_at <= @now",
            new { now });
        TakeOver(connection, now);

        // Without the messages' bodies: many deliveries may be of one long message, and whoever waits for the writer would wait for each
        // copy.
        var claims = new List<ClaimedDelivery>();
        foreach (var row in connection.Query<ClaimableRow>(ClaimableSql, new { now, max }).AsList())
        {
            if (row.State == DeliveryState.Delivering) Interrupted(connection, row, now);
            claims.Add(Take(connection, row, started, lease));
        }

        return claims;
    }

    private ClaimedDelivery Take(SqliteConnection connection, ClaimableRow row, DateTimeOffset started, TimeSpan lease)
    {
        var claim = new ClaimedDelivery(
            row.Id, NewId(), row.Sequence, row.MessageId, row.Source, row.EventKey, row.EventType, row.Lane, row.Attempts + 1,
            row.RoundAttempts + 1, Timestamp.Parse(row.ReceivedAt), started + lease, Timestamp.ParseOrNull(row.ParkedSince),
            row.HasFormerKeys, row.NamedUnder)
        {
            RefusalsSinceUnanswered = row.Attempts == 0 ? null : connection.ExecuteScalar<int?>(RefusalsSql, new { row.Id }),
        };
        connection.Execute(
            """
            UPDATE delivery SET state = 'delivering', token = @Token, holder = @holder, lease_until = @leaseUntil, due_at = NULL,
                attempts = attempts + 1, round_attempts = round_attempts + 1, changed_at = @now
            WHERE id = @Id;
            INSERT INTO attempt (token, delivery_id, number, started_at) VALUES (@Token, @Id, @Attempt, @now)
            """,
            new
            {
                claim.Id,
                claim.Token,
                claim.Attempt,
                holder = _process.Id,
                leaseUntil = Timestamp.Text(claim.LeaseUntil),
                now = Timestamp.Text(started),
            });
        return claim;
    }

    /// <summary>What a process held that is no more is claimable at once. Of one that only hangs, the lease decides.</summary>
    private void TakeOver(SqliteConnection connection, string now)
    {
        const string Held = "state = 'delivering' AND lease_until > @now AND holder IS NOT NULL AND holder <> @own";
        var holders = connection.Query<string>(
            $"SELECT DISTINCT holder FROM delivery WHERE state IN ('pending', 'delivering') AND {Held}", new { now, own = _process.Id });
        foreach (var holder in holders.AsList().Where(holder => !_process.Lives(holder)))
        {
            connection.Execute(
                "UPDATE delivery SET lease_until = @now WHERE state = 'delivering' AND lease_until > @now AND holder = @holder",
                new { now, holder });
        }
    }

    private static void Interrupted(SqliteConnection connection, ClaimableRow row, string now) => connection.Execute(
        """
        UPDATE attempt SET ended_at = @now, outcome = 'interrupted', reason = 'its worker ended without a word'
        WHERE token = @Token AND ended_at IS NULL
        """,
        new { row.Token, now });

    private sealed class ClaimableRow
    {
        public required string Id { get; init; }
        public DeliveryState State { get; init; }
        public string? Token { get; init; }
        public long Sequence { get; init; }
        public required string MessageId { get; init; }
        public required string Source { get; init; }
        public required string EventKey { get; init; }
        public required string EventType { get; init; }
        public required string Lane { get; init; }
        public int Attempts { get; init; }
        public int RoundAttempts { get; init; }
        public string? ParkedSince { get; init; }
        public required string ReceivedAt { get; init; }
        public bool HasFormerKeys { get; init; }
        public string? NamedUnder { get; init; }
    }
}
