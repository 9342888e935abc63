using Dapper;
using Microsoft.Data.Sqlite;

namespace FhirGateway.Ledger.Sqlite;

/// <remarks>
/// The ends of an attempt. Each returns false, and changes no state, when the claim is no longer the delivery's own: its
/// lease ended and another worker took over. The history then says that the late worker ended too.
/// </remarks>
public sealed partial class SqliteLedger
{
    /// <summary>The destination took it.</summary>
    /// <param name="receipt">Opaque JSON: what was created.</param>
    /// <param name="versions">
    /// The document versions that are on the destination now, in place of those that an earlier success of this delivery left; null when it
    /// carried none.
    /// </param>
    /// <param name="ended">Versions that no longer count; null when all do.</param>
    public Task<bool> DeliveredAsync(
        ClaimedDelivery claim,
        string receipt,
        IReadOnlyList<NewVersion>? versions = null,
        IReadOnlyList<EndedVersions>? ended = null,
        CancellationToken cancellationToken = default) =>
        EndAsync(claim, "delivered", null, (connection, _) =>
        {
            connection.Execute(
                """
                UPDATE delivery SET state = 'delivered', receipt = @receipt, former_keys = 0,
                    reason = NULL, outcome = NULL, waits_for = NULL, parked_since = NULL
                WHERE id = @Id
                """,
                new { receipt, claim.Id });
            ReplaceVersions(connection, claim, versions ?? [], ended ?? []);

            // Registered anew while this attempt went by what was there before.
            var isOutdated = connection.ExecuteScalar<bool>(
                """
                SELECT EXISTS (
                    SELECT 1 FROM delivery d JOIN attempt a ON a.token = @Token
                    JOIN correlation c ON c.source = d.source AND c.key = d.correlation
                    WHERE d.id = @Id AND c.changed_at >= a.started_at)
                """,
                new { claim.Token, claim.Id });
            if (isOutdated) GoAgain(connection, claim.Id, "replayed", RegisteredAnew);
        }, cancellationToken);

    /// <summary>It failed in a way that may pass; it is tried again when due, and its lane waits for it.</summary>
    /// <param name="unanswered">What was sent was not answered, and may have been done.</param>
    /// <param name="counts">Whether the attempt lengthens the next wait: not where nothing was sent.</param>
    /// <param name="awaitsDestination">The destination was down or busy: <see cref="HastenAsync"/> ends the wait.</param>
    /// <param name="partly">The document versions that are on the destination though it failed; null or none where nothing is.</param>
    public Task<bool> RetryAsync(
        ClaimedDelivery claim,
        string reason,
        DateTimeOffset dueAt,
        bool unanswered = false,
        bool counts = true,
        bool awaitsDestination = false,
        IReadOnlyList<NewVersion>? partly = null,
        CancellationToken cancellationToken = default) =>
        EndAsync(claim, unanswered ? "unanswered" : "retry", reason, (connection, _) =>
        {
            connection.Execute(
                """
                UPDATE delivery SET state = 'pending', due_at = @due, reason = @reason, awaits_destination = @awaitsDestination,
                    round_attempts = round_attempts - @uncounted
                WHERE id = @Id
                """,
                new { due = Timestamp.Text(dueAt), reason, awaitsDestination, uncounted = counts ? 0 : 1, claim.Id });
            RecordPartly(connection, claim, partly);
        }, cancellationToken);

    /// <summary>The destination is back: what waited for that is due at once.</summary>
    /// <returns>How many deliveries.</returns>
    public async Task<int> HastenAsync(CancellationToken cancellationToken = default)
    {
        var hastened = await WriteAsync(
            connection => connection.Execute(
                """
                UPDATE delivery SET due_at = @now
                WHERE state IN ('pending', 'delivering') AND state = 'pending' AND awaits_destination AND due_at > @now
                """,
                new { now = Now() }),
            cancellationToken);
        if (hastened > 0) SignalWork();
        return hastened;
    }

    /// <summary>
    /// It belongs into another lane than the one it was claimed in, which only the attempt found out: it goes back, due at once, and
    /// waits its turn there. The attempt did not fail, and adds nothing to the back-off.
    /// </summary>
    public Task<bool> RelaneAsync(ClaimedDelivery claim, string lane, string reason, CancellationToken cancellationToken = default) =>
        EndAsync(claim, "relaned", reason, (connection, now) => connection.Execute(
            """
            UPDATE delivery SET state = 'pending', lane = @lane, due_at = @now, reason = @reason, round_attempts = round_attempts - 1
            WHERE id = @Id
            """,
            new { lane, now, reason, claim.Id }), cancellationToken);

    /// <summary>
    /// It waits for something named; its lane goes on without it. It is tried again when due, or once <see cref="ReleaseAsync"/> names what
    /// it waits for.
    /// </summary>
    /// <param name="outcome">Opaque JSON that says more; null for nothing.</param>
    /// <param name="waitsFor">Such as <c>Patient?identifier=…</c>, or <see cref="WaitsFor.Correlation"/>.</param>
    /// <param name="partly">As in <see cref="RetryAsync"/>.</param>
    public Task<bool> ParkAsync(
        ClaimedDelivery claim,
        string waitsFor,
        string reason,
        DateTimeOffset nextTryAt,
        string? outcome = null,
        IReadOnlyList<NewVersion>? partly = null,
        CancellationToken cancellationToken = default) =>
        EndAsync(claim, "parked", reason, (connection, now) =>
        {
            connection.Execute(
                """
                UPDATE delivery SET state = 'parked', waits_for = @waitsFor, reason = @reason, outcome = @outcome,
                    parked_since = coalesce(parked_since, @now),
                    round_attempts = 0,
                    due_at = CASE WHEN EXISTS (
                        -- Registered, or decided, while this attempt was looking for it: nobody else will release it.
                        SELECT 1 FROM correlation c JOIN attempt a ON a.token = @Token
                        WHERE c.source = @Source AND 'correlation:' || c.key = @waitsFor AND c.changed_at >= a.started_at
                        UNION ALL
                        SELECT 1 FROM decision d JOIN attempt a ON a.token = @Token
                        WHERE d.delivery_id = @Id AND d.about = @waitsFor AND d.decided_at >= a.started_at)
                    THEN @now ELSE @due END
                WHERE id = @Id
                """,
                new { waitsFor, reason, outcome, now, due = Timestamp.Text(nextTryAt), claim.Token, claim.Source, claim.Id });
            RecordPartly(connection, claim, partly);
        }, cancellationToken);

    /// <summary>It is dead: not tried again until somebody replays it.</summary>
    /// <param name="outcome">Opaque JSON that says why (an OperationOutcome).</param>
    /// <param name="partly">As in <see cref="RetryAsync"/>.</param>
    public Task<bool> MarkDeadAsync(
        ClaimedDelivery claim,
        string reason,
        string outcome,
        IReadOnlyList<NewVersion>? partly = null,
        CancellationToken cancellationToken = default) =>
        EndAsync(claim, "dead", reason, (connection, _) =>
        {
            connection.Execute(
                """
                UPDATE delivery SET state = 'dead', refused = 0, reason = @reason, outcome = @outcome, waits_for = NULL, parked_since = NULL
                WHERE id = @Id
                """,
                new { reason, outcome, claim.Id });
            RecordPartly(connection, claim, partly);
        }, cancellationToken);

    /// <summary>Keeps what is odd about a delivery, in place of what was kept before.</summary>
    /// <param name="doubts">Opaque JSON; null for nothing.</param>
    /// <returns>Whether that is news.</returns>
    public Task<bool> DoubtAsync(ClaimedDelivery claim, string? doubts, CancellationToken cancellationToken = default) => WriteAsync(
        connection => connection.Execute(
            "UPDATE delivery SET doubts = @doubts WHERE id = @Id AND token = @Token AND doubts IS NOT @doubts",
            new { doubts, claim.Id, claim.Token }) == 1,
        cancellationToken);

    private void RecordPartly(SqliteConnection connection, ClaimedDelivery claim, IReadOnlyList<NewVersion>? partly)
    {
        if (partly is { Count: > 0 }) ReplaceVersions(connection, claim, partly, []);
    }

    private async Task<bool> EndAsync(
        ClaimedDelivery claim, string outcome, string? reason, Action<SqliteConnection, string> change, CancellationToken cancellationToken)
    {
        var held = await WriteAsync(connection => End(connection, claim, outcome, reason, change), cancellationToken);
        SignalWork();
        return held;
    }

    private bool End(
        SqliteConnection connection, ClaimedDelivery claim, string outcome, string? reason, Action<SqliteConnection, string> change)
    {
        var now = Now();
        var held = connection.Execute(
            """
            UPDATE delivery SET token = NULL, lease_until = NULL, changed_at = @now
            WHERE id = @Id AND token = @Token AND state = 'delivering'
            """,
            new { now, claim.Id, claim.Token }) == 1;
        if (held)
        {
            connection.Execute(
                "UPDATE attempt SET ended_at = @now, outcome = @outcome, reason = @reason WHERE token = @Token",
                new { now, outcome, reason, claim.Token });
            change(connection, now);
        }
        else
        {
            connection.Execute(
                """
                UPDATE attempt SET reason = coalesce(reason, '') || '; after that, ' || @outcome || coalesce(': ' || @reason, '')
                WHERE token = @Token AND outcome = 'interrupted'
                """,
                new { outcome, reason, claim.Token });
        }

        return held;
    }
}
