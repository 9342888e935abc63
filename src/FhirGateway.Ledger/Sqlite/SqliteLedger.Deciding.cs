using Dapper;

namespace FhirGateway.Ledger.Sqlite;

/// <remarks>What people decide for deliveries that can't go on by themselves.</remarks>
public sealed partial class SqliteLedger
{
    /// <summary>
    /// Keeps a decision, and tries the delivery again at once; after it all of its lane that wait for the like: what was decided may be
    /// what they wait for, and until then an older one would stay current.
    /// </summary>
    /// <param name="waitsFor">How the name of what it waits for must begin.</param>
    /// <param name="about">What it waited for when the person looked; null for whatever it waits for now.</param>
    public async Task<DecisionResult> DecideAsync(
        string deliveryId, string waitsFor, string choice, string reason, string by, string? about = null,
        CancellationToken cancellationToken = default)
    {
        var result = await WriteAsync(
            connection =>
            {
                if (Find(connection, deliveryId) is not { } row) return DecisionResult.Unknown;
                var isOpen = row.State is DeliveryState.Parked or DeliveryState.Pending or DeliveryState.Delivering;
                if (!isOpen || row.WaitsFor?.StartsWith(waitsFor, StringComparison.Ordinal) != true) return DecisionResult.NotAsked;
                if (about is not null && about != row.WaitsFor) return DecisionResult.AskedOtherwise;

                var now = Now();
                connection.Execute(
                    """
                    INSERT INTO decision (delivery_id, about, decision, reason, decided_by, decided_at)
                    VALUES (@deliveryId, @about, @choice, @reason, @by, @now);
                    UPDATE delivery SET state = 'pending', due_at = @now, waits_for = NULL, changed_at = @now
                    WHERE id = @deliveryId AND state IN ('parked', 'pending');
                    UPDATE delivery SET due_at = @now
                    WHERE source = @Source AND lane = @Lane AND state = 'parked' AND substr(waits_for, 1, length(@waitsFor)) = @waitsFor
                    """,
                    new { deliveryId, about = row.WaitsFor, choice, reason, by, now, row.Source, row.Lane, waitsFor });
                Note(connection, deliveryId, "decided", $"{choice}, by {by}: {reason}", now);
                return DecisionResult.Decided;
            },
            cancellationToken);
        if (result == DecisionResult.Decided) SignalWork();
        return result;
    }

    /// <summary>What was decided for a delivery, oldest first.</summary>
    public Task<IReadOnlyList<Decision>> DecisionsAsync(string deliveryId, CancellationToken cancellationToken = default) =>
        DecisionsAsync("delivery_id = @deliveryId", new { deliveryId }, cancellationToken);

    /// <summary>What was decided for any version of a document for one subject that counts still, oldest first.</summary>
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
                .Query<(string About, string Choice, string Reason, string By, string At)>(
                    $"SELECT about, decision, reason, decided_by, decided_at FROM decision WHERE {condition} ORDER BY sequence", values)
                .Select(row => new Decision(row.About, row.Choice, row.Reason, row.By, Timestamp.Parse(row.At)))],
            cancellationToken);
}
