using Dapper;

namespace FhirGateway.Ledger.Sql;

/// <remarks>Under which base the program names what it writes.</remarks>
public abstract partial class SqlLedger
{
    // Earlier programs called an attempt without an answer a retry, too.
    /// <inheritdoc/>
    public Task<int> NameUnderAsync(string nameBase, CancellationToken cancellationToken = default) => WriteAsync(
        connection =>
        {
            var before = connection.ExecuteScalar<string?>("SELECT base FROM name_base");
            if (before == nameBase) return 0;
            connection.Execute("DELETE FROM name_base; INSERT INTO name_base (base) VALUES (@nameBase)", new { nameBase });
            return before is null
                ? 0
                : connection.Execute(
                    """
                    UPDATE delivery SET named_under = @before
                    WHERE named_under IS NULL AND (
                        EXISTS (
                            SELECT 1 FROM attempt a WHERE a.delivery_id = delivery.id
                              AND (a.outcome IN ('delivered', 'unanswered', 'interrupted', 'retry') OR a.ended_at IS NULL))
                        -- Dead or parked when part of it was written.
                        OR EXISTS (SELECT 1 FROM version v WHERE v.delivery_id = delivery.id))
                    """,
                    new { before });
        },
        cancellationToken);
}
