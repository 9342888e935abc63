using Dapper;
using Microsoft.Data.Sqlite;

namespace FhirGateway.Ledger.Sqlite;

/// <remarks>
/// What moves a delivery from outside an attempt: people, receivers, and what arrived meanwhile. Each leaves a line in its history.
/// </remarks>
public sealed partial class SqliteLedger
{
    private const string RegisteredAnew = "what its correlation says was registered anew";

    private const string AgainSql = """
        UPDATE delivery SET state = 'pending', due_at = @due, refused = 0, round_attempts = 0, waits_for = NULL, parked_since = NULL,
            reason = @reason, outcome = NULL, changed_at = @now
        WHERE id = @id
        """;

    /// <summary>Tries all parked deliveries that wait for this at once; returns how many.</summary>
    public async Task<int> ReleaseAsync(string source, string waitsFor, CancellationToken cancellationToken = default)
    {
        var released = await WriteAsync(connection => Release(connection, source, waitsFor), cancellationToken);
        if (released > 0) SignalWork();
        return released;
    }

    /// <summary>
    /// Delivers again what is dead, parked or delivered, and at once what waits for its next attempt, whatever it waits for. The history
    /// stays. Its lane is kept: what was recorded earlier in it still goes out first.
    /// </summary>
    /// <param name="reason">Who asked and why, for the history.</param>
    public async Task<ReplayResult> ReplayAsync(string deliveryId, string reason, CancellationToken cancellationToken = default)
    {
        var result = await WriteAsync(connection => Replay(connection, deliveryId, reason), cancellationToken);
        if (result == ReplayResult.Replayed) SignalWork();
        return result;
    }

    /// <summary>
    /// The sender was refused after its message was recorded: the delivery is dead but visible, can be replayed, and a repeat
    /// may revive it. False when a worker has it already, or it is settled.
    /// </summary>
    /// <param name="outcome">Opaque JSON that says why (an OperationOutcome).</param>
    public Task<bool> RefuseAsync(
        string deliveryId, string reason, string outcome, CancellationToken cancellationToken = default) => WriteAsync(
        connection =>
        {
            var now = Now();
            var refused = connection.Execute(
                """
                UPDATE delivery SET state = 'dead', refused = 1, reason = @reason, outcome = @outcome, due_at = NULL, waits_for = NULL,
                    parked_since = NULL, changed_at = @now
                WHERE id = @deliveryId AND state IN ('pending', 'parked')
                """,
                new { deliveryId, reason, outcome, now }) == 1;
            if (refused) Note(connection, deliveryId, "refused", reason, now);
            return refused;
        },
        cancellationToken);

    /// <summary>
    /// A refused message came again: its delivery is pending once more. False when it is not (or no longer) refused, or a later message
    /// brought the event.
    /// </summary>
    /// <param name="heldUntil">As in <see cref="NewDelivery"/>: no worker claims it before; null for at once.</param>
    public async Task<bool> ReviveAsync(string deliveryId, DateTimeOffset? heldUntil = null, CancellationToken cancellationToken = default)
    {
        var revived = await WriteAsync(connection => Revive(connection, deliveryId, heldUntil), cancellationToken);
        if (revived) SignalWork();
        return revived;
    }

    /// <summary>Lets go of a delivery that was held for its receiver: it is due now. False when it was not pending.</summary>
    public async Task<bool> ProceedAsync(string deliveryId, CancellationToken cancellationToken = default)
    {
        var pending = await WriteAsync(
            connection => connection.Execute(
                "UPDATE delivery SET due_at = min(due_at, @now) WHERE id = @deliveryId AND state = 'pending'",
                new { deliveryId, now = Now() }) == 1,
            cancellationToken);
        if (pending) SignalWork();
        return pending;
    }

    /// <summary>
    /// Registers or replaces what the EHR team knows under a key, and releases the deliveries that wait for it. With another value, what
    /// was delivered by the former one goes out again: it may lie in the wrong chart.
    /// </summary>
    /// <returns>How many deliveries are tried now.</returns>
    /// <param name="value">Opaque JSON.</param>
    public async Task<int> PutCorrelationAsync(string source, string key, string value, CancellationToken cancellationToken = default)
    {
        var released = await WriteAsync(
            connection =>
            {
                var isNew = connection.Execute(
                    """
                    INSERT INTO correlation (source, key, value, changed_at) VALUES (@source, @key, @value, @now)
                    ON CONFLICT (source, key) DO UPDATE SET value = @value, changed_at = @now WHERE value <> @value
                    """,
                    new { source, key, value, now = Now() }) == 1;
                return Release(connection, source, WaitsFor.Correlation(key)) + (isNew ? Correlated(connection, source, key) : 0);
            },
            cancellationToken);
        if (released > 0) SignalWork();
        return released;
    }

    /// <summary>What is registered under the key (JSON); null when nothing is.</summary>
    public Task<string?> GetCorrelationAsync(string source, string key, CancellationToken cancellationToken = default) => ReadAsync(
        connection =>
            connection.ExecuteScalar<string?>("SELECT value FROM correlation WHERE source = @source AND key = @key", new { source, key }),
        cancellationToken);

    /// <summary>
    /// Tries again what was delivered, or is parked, by what is registered under a key. What is on its way sees to it at its own end.
    /// </summary>
    private int Correlated(SqliteConnection connection, string source, string key)
    {
        var ids = connection.Query<string>(
            """
            SELECT id FROM delivery WHERE source = @source AND correlation = @key AND state IN ('delivered', 'parked') ORDER BY sequence
            """,
            new { source, key }).AsList();
        foreach (var id in ids) GoAgain(connection, id, "replayed", RegisteredAnew);
        return ids.Count;
    }

    private void GoAgain(SqliteConnection connection, string id, string outcome, string reason)
    {
        var now = Now();
        connection.Execute(AgainSql, new { id, due = now, reason, now });
        Note(connection, id, outcome, reason, now);
    }

    private int Release(SqliteConnection connection, string source, string waitsFor)
    {
        var now = Now();
        var waiting = connection.Query<string>(
            "SELECT id FROM delivery WHERE source = @source AND state = 'parked' AND waits_for = @waitsFor ORDER BY sequence",
            new { source, waitsFor }).AsList();
        foreach (var id in waiting)
        {
            connection.Execute("UPDATE delivery SET state = 'pending', due_at = @now, changed_at = @now WHERE id = @id", new { id, now });
            Note(connection, id, "released", waitsFor, now);
        }

        return waiting.Count;
    }

    private ReplayResult Replay(SqliteConnection connection, string id, string reason)
    {
        var row = Find(connection, id);
        if (row is null) return ReplayResult.Unknown;
        if (row.State is not (DeliveryState.Dead or DeliveryState.Parked or DeliveryState.Delivered or DeliveryState.Pending))
            return ReplayResult.NotReplayable;
        if (row.State == DeliveryState.Dead && EventHolder(connection, row.Source, row.EventKey) is not null)
            return ReplayResult.EventTaken;

        GoAgain(connection, id, "replayed", reason);
        return ReplayResult.Replayed;
    }

    private bool Revive(SqliteConnection connection, string id, DateTimeOffset? heldUntil)
    {
        var row = Find(connection, id);
        if (row is not { State: DeliveryState.Dead, Refused: true } || EventHolder(connection, row.Source, row.EventKey) is not null)
            return false;

        var now = Now();
        const string reason = "the refused message came again";
        connection.Execute(AgainSql, new { id, due = Timestamp.Text(heldUntil) ?? now, reason, now });
        Note(connection, id, "revived", reason, now);
        return true;
    }

    private static DeliveryRow? Find(SqliteConnection connection, string id) =>
        connection.QueryFirstOrDefault<DeliveryRow>(DeliveryRow.Select + " WHERE id = @id", new { id });

    private void Note(SqliteConnection connection, string deliveryId, string outcome, string reason, string now) => connection.Execute(
        """
        INSERT INTO attempt (token, delivery_id, number, started_at, ended_at, outcome, reason)
        SELECT @token, id, attempts, @now, @now, @outcome, @reason FROM delivery WHERE id = @deliveryId
        """,
        new { token = NewId(), deliveryId, outcome, reason, now });
}
