using System.Data.Common;
using System.Text.Json;
using Dapper;
using FhirGateway.Ledger.Lifecycle;

namespace FhirGateway.Ledger.Sql;

public abstract partial class SqlLedger
{
    // Oldest first. In one lane: never past an earlier one that is still owed, and never beside one that a live worker
    // holds (a replayed or released delivery is older than the one that may be on its way).
    private const string ClaimableRowsSql = """
        FROM delivery d
        WHERE d.state IN ('pending', 'delivering')
          AND (CASE d.state WHEN 'pending' THEN d.due_at ELSE d.lease_until END) <= @now
          AND NOT EXISTS (
              SELECT 1 FROM delivery e
              WHERE e.source = d.source AND e.lane = d.lane AND e.state IN ('pending', 'delivering') AND e.sequence <> d.sequence
                AND (e.sequence < d.sequence OR e.state = 'delivering' AND e.lease_until > @now))
        """;

    private const string OldestSql = "ORDER BY d.sequence LIMIT @max";

    // A worker that died (interrupted) may have sent what it had, too.
    private const string RefusalsSql = """
        SELECT (SELECT count(*) FROM attempt WHERE delivery_id = @Id AND sequence > last AND outcome IN ('retry', 'dead'))
        FROM (
            SELECT max(sequence) AS last FROM attempt WHERE delivery_id = @Id AND outcome IN ('unanswered', 'interrupted')) AS unanswered
        WHERE last IS NOT NULL
        """;

    // What a clock may lose by being adjusted gently.
    private static readonly TimeSpan ClockJitter = TimeSpan.FromSeconds(1);

    private (DateTimeOffset At, long Timestamp)? _lastLook;

    /// <inheritdoc/>
    public Task<IReadOnlyList<ClaimedDelivery>> ClaimAsync(
        int max, TimeSpan lease, SourceFilter? sources = null, CancellationToken cancellationToken = default)
    {
        var (sql, names) = ($"SELECT {DeliveryRow.Columns} {ClaimableRowsSql} {Of(sources)} {OldestSql}", sources?.Names.ToList());
        return WriteAsync<IReadOnlyList<ClaimedDelivery>>(
            connection => Claim(connection, lease, sql, now => new { now, max, names }), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<ClaimedDelivery>> ClaimAsync(
        IReadOnlyCollection<DueLane> lanes, TimeSpan lease, CancellationToken cancellationToken = default)
    {
        var named = JsonSerializer.Serialize(lanes.Select(lane => new[] { lane.Source, lane.Lane }));
        var sql = $"SELECT {DeliveryRow.Columns} {ClaimableRowsSql} AND (d.source, d.lane) IN ({PairsOf("named")}) ORDER BY d.sequence";
        return WriteAsync<IReadOnlyList<ClaimedDelivery>>(
            connection => Claim(connection, lease, sql, now => new { now, named }), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<DueLane>> DueLanesAsync(
        int max, SourceFilter? sources = null, CancellationToken cancellationToken = default)
    {
        var (sql, names) = ($"SELECT d.source, d.lane {ClaimableRowsSql} {Of(sources)} {OldestSql}", sources?.Names.ToList());
        return WriteAsync<IReadOnlyList<DueLane>>(
            connection =>
            {
                var now = Now();
                BringForward(connection, now);
                return connection.Query<DueLane>(sql, new { now, max, names }).AsList();
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<bool> HoldsAsync(ClaimedDelivery claim, CancellationToken cancellationToken = default) => ReadAsync(
        connection => connection.ExecuteScalar<bool>(
            "SELECT EXISTS (SELECT 1 FROM delivery WHERE id = @Id AND token = @Token AND state = 'delivering')",
            new { claim.Id, claim.Token }),
        cancellationToken);

    private string Of(SourceFilter? sources, string column = "d.source", string parameter = "names") =>
        sources is null ? "" : $"AND {(sources.IsExcept ? "NOT " : "")}(lower({column}) {Among(parameter)})";

    /// <summary>SQL for the pairs of words in a parameter that holds a JSON array of arrays of two.</summary>
    private protected abstract string PairsOf(string parameter);

    private List<ClaimedDelivery> Claim(DbConnection connection, TimeSpan lease, string claimable, Func<DateTimeOffset, object> values)
    {
        var now = Now();
        BringForward(connection, now);

        // Without the messages' bodies: many deliveries may be of one long message, and whoever waits for the writer would wait for each
        // copy.
        var claims = new List<ClaimedDelivery>();
        foreach (var row in Rows(connection, claimable, values(now)))
        {
            if (row.State == DeliveryState.Delivering) Interrupted(connection, row, now);
            claims.Add(Take(connection, row, now, lease));
        }

        return claims;
    }

    /// <summary>Makes claimable what has become so: by the clock, or since the process that held it is no more.</summary>
    private void BringForward(DbConnection connection, DateTimeOffset now)
    {
        if (ClockWasSetBack(now)) HastenFuture(connection, now);

        // What is due of what was parked, and in the same call: who else holds anything.
        var holders = connection.Query<string>(
            """
            UPDATE delivery SET state = 'pending', changed_at = @now WHERE state = 'parked' AND NOT is_asked_for AND due_at <= @now;
            SELECT DISTINCT holder FROM delivery WHERE state = 'delivering' AND lease_until > @now AND holder <> @own
            """,
            new { now, own = Process });
        foreach (var holder in holders.AsList().Where(holder => !Lives(connection, holder))) TakeOver(connection, holder, now);
    }

    /// <summary>
    /// Whether the clock shows less than it should by what has passed since the last look. At the first look nobody knows, so it counts as
    /// set back.
    /// </summary>
    private bool ClockWasSetBack(DateTimeOffset now)
    {
        var last = _lastLook;
        _lastLook = (now, Clock.GetTimestamp());
        if (last is not var (then, timestamp)) return true;
        var passed = Clock.GetElapsedTime(timestamp);
        return now - then < (passed > TimeSpan.Zero ? passed : TimeSpan.Zero) - ClockJitter;
    }

    /// <summary>
    /// What came to stand as it does at a time that is still to come was written before the clock was set back: its wait would last longer
    /// than anybody meant. It is due now.
    /// </summary>
    private static void HastenFuture(DbConnection connection, DateTimeOffset now) => connection.Execute(
        """
        UPDATE delivery SET due_at = @now, changed_at = @now
        WHERE state IN ('pending', 'delivering') AND state = 'pending' AND due_at > @now AND changed_at > @now;
        UPDATE delivery SET due_at = @now, changed_at = @now WHERE state = 'parked' AND due_at > @now AND changed_at > @now
        """,
        new { now });

    private ClaimedDelivery Take(DbConnection connection, DeliveryRow row, DateTimeOffset now, TimeSpan lease)
    {
        var (token, leaseUntil) = (NewId(), now + lease);
        var standing = row.Standing.Claimed(token, Process, leaseUntil, now);
        Save(
            connection, row.Id, standing,
            "INSERT INTO attempt (token, delivery_id, number, started_at) VALUES (@Token, @id, @Attempts, @ChangedAt)");
        return new ClaimedDelivery(
            row.Id, token, row.Sequence, row.MessageId, row.Source, row.EventKey, row.EventType, row.Lane, standing.Attempts,
            standing.RoundAttempts, row.ReceivedAt, leaseUntil, row.ParkedSince, row.FormerKeys, row.NamedUnder)
        {
            ParkedFor = row.WaitsFor,
            RefusalsSinceUnanswered = row.Attempts == 0 ? null : connection.ExecuteScalar<int?>(RefusalsSql, new { row.Id }),
            WasElsewhere = row.Holder is { } before && before != Process,
        };
    }

    /// <summary>What a process held that is no more is claimable at once. Of one that only hangs, the lease decides.</summary>
    private static void TakeOver(DbConnection connection, string holder, DateTimeOffset now) => connection.Execute(
        "UPDATE delivery SET lease_until = @now WHERE state = 'delivering' AND lease_until > @now AND holder = @holder",
        new { now, holder });

    private static void Interrupted(DbConnection connection, DeliveryRow row, DateTimeOffset now) => connection.Execute(
        """
        UPDATE attempt SET ended_at = @now, outcome = 'interrupted', reason = 'its worker ended without a word'
        WHERE token = @Token AND ended_at IS NULL
        """,
        new { row.Token, now });
}
