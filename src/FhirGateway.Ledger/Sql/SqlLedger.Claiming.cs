using System.Data.Common;
using System.Text.Json;
using Dapper;
using FhirGateway.Ledger.Lifecycle;

namespace FhirGateway.Ledger.Sql;

public abstract partial class SqlLedger
{
    // Oldest first. In one lane: never past an earlier one that is still owed, and never beside one that a live worker
    // holds (a replayed or released delivery is older than the one that may be on its way). A parked one that holds its lane does so for a
    // while: a fault that passes must not reorder what a vendor sent in order.
    private const string ClaimableRowsSql = $"""
        FROM delivery d
        WHERE d.state IN ('pending', 'delivering')
          AND (CASE d.state WHEN 'pending' THEN d.due_at ELSE d.lease_until END) <= @now
          AND NOT EXISTS (
              SELECT 1 FROM delivery e
              WHERE e.source = d.source AND e.lane = d.lane AND e.state IN ('pending', 'delivering') AND e.sequence <> d.sequence
                AND (e.sequence < d.sequence OR e.state = 'delivering' AND e.lease_until > @now))
          AND NOT EXISTS (
              SELECT 1 FROM delivery e
              WHERE {ParkedBeforeSql} AND e.holds_lane AND e.parked_since > @holdsSince AND e.parked_since <= @now)
        """;

    private const string ParkedBeforeSql =
        "e.source = d.source AND e.lane = d.lane AND e.state = 'parked' AND e.sequence < d.sequence";

    // It was not tried since this one came, or was tried itself.
    private const string GoesFirstSql = $"{ParkedBeforeSql} AND e.changed_at < d.changed_at";

    private const string SelectClaimable = $"""
        SELECT {DeliveryRow.Columns}, EXISTS (SELECT 1 FROM delivery e WHERE {GoesFirstSql}) AS is_preceded
        {ClaimableRowsSql}
        """;

    private const string OldestSql = "ORDER BY d.sequence LIMIT @max";

    // Long enough for a proxy to be mended, or restarted; not so long that a note which it never lets through withholds the next.
    private static readonly TimeSpan LongestHold = TimeSpan.FromMinutes(15);

    // What a clock may lose by being adjusted gently.
    private static readonly TimeSpan ClockJitter = TimeSpan.FromSeconds(1);

    private (DateTimeOffset At, long Timestamp)? _lastLook;

    /// <inheritdoc/>
    public Task<IReadOnlyList<ClaimedDelivery>> ClaimAsync(
        int max, TimeSpan lease, SourceFilter? sources = null, CancellationToken cancellationToken = default)
    {
        var (sql, names) = ($"{SelectClaimable} {Of(sources)} {OldestSql}", sources?.Names.ToList());
        return WriteAsync<IReadOnlyList<ClaimedDelivery>>(
            connection => Claim(connection, lease, sql, now => new { now, holdsSince = now - LongestHold, max, names }), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<ClaimedDelivery>> ClaimAsync(
        IReadOnlyCollection<DueLane> lanes, TimeSpan lease, CancellationToken cancellationToken = default)
    {
        var named = JsonSerializer.Serialize(lanes.Select(lane => new[] { lane.Source, lane.Lane }));
        var sql = $"{SelectClaimable} AND (d.source, d.lane) IN ({PairsOf("named")}) ORDER BY d.sequence";
        return WriteAsync<IReadOnlyList<ClaimedDelivery>>(
            connection => Claim(connection, lease, sql, now => new { now, holdsSince = now - LongestHold, named }), cancellationToken);
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
                return connection.Query<DueLane>(sql, new { now, holdsSince = now - LongestHold, max, names }).AsList();
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
        var rows = Rows(connection, claimable, values(now));
        if (rows.Exists(row => row.IsPreceded))
        {
            TryFirst(connection, [.. rows.Where(row => row.IsPreceded).Select(row => row.Id)], now);
            rows = Rows(connection, claimable, values(now));
        }

        if (rows.Count == 0) return [];
        Interrupted(connection, [.. rows.Where(row => row.State == DeliveryState.Delivering).Select(row => row.Token!)], now);
        var refusals = RefusalsSinceUnanswered(connection, [.. rows.Where(row => row.Attempts > 0).Select(row => row.Id)]);
        return Take(connection, rows, refusals, now, now + lease);
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
        UPDATE delivery SET due_at = @now, changed_at = @now WHERE state = 'pending' AND due_at > @now AND changed_at > @now;
        UPDATE delivery SET due_at = @now, changed_at = @now WHERE state = 'parked' AND due_at > @now AND changed_at > @now
        """,
        new { now });

    /// <summary>Takes all with a constant number of statements: they begin alike, but for what counts their attempts.</summary>
    private List<ClaimedDelivery> Take(
        DbConnection connection, List<DeliveryRow> rows, Dictionary<string, int> refusals, DateTimeOffset now, DateTimeOffset until)
    {
        var claims = rows.ConvertAll(row =>
        {
            var standing = row.Standing.Claimed(NewId(), Process, until, now);
            return new ClaimedDelivery(
                row.Id, standing.Token!, row.Sequence, row.MessageId, row.Source, row.EventKey, row.EventType, row.Lane, standing.Attempts,
                standing.RoundAttempts, row.ReceivedAt, until, row.ParkedSince, row.FormerKeys, row.NamedUnder)
            {
                ParkedFor = row.WaitsFor,
                RefusalsSinceUnanswered = refusals.TryGetValue(row.Id, out var count) ? count : null,
                WasElsewhere = row.Holder is { } before && before != Process,
            };
        });
        var given = JsonSerializer.Serialize(claims.Select(claim => new[] { claim.Id, claim.Token }));
        connection.Execute(
            $"""
            UPDATE delivery SET state = 'delivering', token = given.second, holder = @Process, lease_until = @until, due_at = NULL,
                attempts = attempts + 1, round_attempts = round_attempts + 1, changed_at = @now
            FROM ({PairsOf(nameof(given))}) AS given WHERE delivery.id = given.first;
            INSERT INTO attempt (token, delivery_id, number, started_at)
            SELECT d.token, d.id, d.attempts, @now FROM ({PairsOf(nameof(given))}) AS given CROSS JOIN delivery d WHERE d.id = given.first
            """,
            new { given, Process, until, now });
        return claims;
    }

    /// <summary>
    /// What is parked is tried before what comes after it in its lane: what it waits for may be there by now, and the earlier version of a
    /// document should go out first.
    /// </summary>
    private void TryFirst(DbConnection connection, IReadOnlyList<string> ids, DateTimeOffset now) => connection.Execute(
        $"""
        UPDATE delivery SET state = 'pending', due_at = @now, changed_at = @now
        WHERE id IN (SELECT e.id FROM delivery d CROSS JOIN delivery e WHERE d.id {Among("ids")} AND {GoesFirstSql})
        """,
        new { now, ids });

    /// <summary>What a process held that is no more is claimable at once. Of one that only hangs, the lease decides.</summary>
    private static void TakeOver(DbConnection connection, string holder, DateTimeOffset now) => connection.Execute(
        "UPDATE delivery SET lease_until = @now WHERE state = 'delivering' AND lease_until > @now AND holder = @holder",
        new { now, holder });

    private void Interrupted(DbConnection connection, IReadOnlyList<string> tokens, DateTimeOffset now)
    {
        if (tokens.Count == 0) return;
        connection.Execute(
            $"""
            UPDATE attempt SET ended_at = @now, outcome = 'interrupted', reason = 'its worker ended without a word'
            WHERE token {Among("tokens")} AND ended_at IS NULL
            """,
            new { tokens, now });
    }

    /// <summary>
    /// How often each delivery was refused since an attempt that got no answer; those that had none are left out. A worker that died may
    /// have sent what it had, too.
    /// </summary>
    private Dictionary<string, int> RefusalsSinceUnanswered(DbConnection connection, IReadOnlyList<string> ids) =>
        ids.Count == 0 ? [] : connection.Query<(string Id, int Count)>(
            $"""
            SELECT delivery_id, (
                SELECT count(*) FROM attempt a
                WHERE a.delivery_id = unanswered.delivery_id AND a.sequence > last AND a.outcome IN ('retry', 'dead'))
            FROM (
                SELECT delivery_id, max(sequence) AS last FROM attempt
                WHERE delivery_id {Among("ids")} AND outcome IN ('unanswered', 'interrupted') GROUP BY delivery_id) AS unanswered
            """,
            new { ids })
        .ToDictionary(each => each.Id, each => each.Count, StringComparer.Ordinal);
}
