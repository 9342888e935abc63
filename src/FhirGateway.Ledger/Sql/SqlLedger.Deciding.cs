using Dapper;
using FhirGateway.Ledger.Lifecycle;

namespace FhirGateway.Ledger.Sql;

/// <remarks>What people decide for deliveries that can't go on by themselves.</remarks>
public abstract partial class SqlLedger
{
    /// <inheritdoc/>
    public async Task<DecisionResult> DecideAsync(
        string deliveryId,
        string waitsFor,
        string choice,
        string reason,
        string by,
        string? about = null,
        CancellationToken cancellationToken = default)
    {
        var result = await WriteAsync(
            connection =>
            {
                if (Find(connection, deliveryId) is not { } row) return DecisionResult.Unknown;
                if (!row.Standing.IsOwed || row.WaitsFor?.StartsWith(waitsFor, StringComparison.Ordinal) != true)
                    return DecisionResult.NotAsked;
                if (about is not null && about != row.WaitsFor) return DecisionResult.AskedOtherwise;

                var now = Now();
                Save(connection, deliveryId, row.Standing.Decided(now));
                connection.Execute(
                    """
                    INSERT INTO decision (delivery_id, about, decision, reason, decided_by, decided_at)
                    VALUES (@deliveryId, @about, @choice, @reason, @by, @now);
                    UPDATE delivery SET due_at = @now
                    WHERE source = @Source AND lane = @Lane AND state = 'parked' AND substr(waits_for, 1, length(@waitsFor)) = @waitsFor
                    """,
                    new
                    {
                        deliveryId,
                        about = row.WaitsFor,
                        choice,
                        reason = _seal.Close(reason),
                        by,
                        now,
                        row.Source,
                        row.Lane,
                        waitsFor,
                    });
                Note(connection, deliveryId, "decided", $"{choice}, by {by}: {reason}", now);
                return DecisionResult.Decided;
            },
            cancellationToken);
        if (result == DecisionResult.Decided) SignalWork();
        return result;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<Decision>> DecisionsAsync(string deliveryId, CancellationToken cancellationToken = default) =>
        DecisionsAsync("delivery_id = @deliveryId", new { deliveryId }, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Decision>> DecisionsAsync(
        string source, string setKey, string subject, CancellationToken cancellationToken = default) => DecisionsAsync(
        """
        delivery_id IN (
            SELECT delivery_id FROM version WHERE source = @source AND set_key = @setKey AND subject = @subject AND ended IS NULL)
        """,
        new { source, setKey, subject },
        cancellationToken);

    private Task<IReadOnlyList<Decision>> DecisionsAsync(string condition, object values, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<Decision>>(
            connection => [.. connection
                .Query<(string About, string Choice, string Reason, string By, DateTimeOffset At)>(
                    $"SELECT about, decision, reason, decided_by, decided_at FROM decision WHERE {condition} ORDER BY sequence", values)
                .Select(row => new Decision(row.About, row.Choice, _seal.Open(row.Reason)!, row.By, row.At))],
            cancellationToken);
}
