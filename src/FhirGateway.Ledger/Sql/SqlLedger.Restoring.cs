using System.Globalization;
using Dapper;

namespace FhirGateway.Ledger.Sql;

/// <remarks>A restored ledger knows that it is one.</remarks>
public abstract partial class SqlLedger
{
    /// <summary>SQL that marks a ledger as a copy; takes <c>@now</c>.</summary>
    internal const string MarkCopiedSql = """
        INSERT INTO learnt (subject, name, value, learnt_at)
        SELECT 'ledger', 'copied', CAST(coalesce(max(sequence), 0) AS text), @now
        FROM (SELECT max(sequence) AS sequence FROM delivery UNION ALL SELECT max(delivery_sequence) FROM version) AS recorded WHERE TRUE
        ON CONFLICT (subject, name) DO UPDATE SET value = excluded.value, learnt_at = excluded.learnt_at
        """;

    /// <inheritdoc/>
    public async Task<long?> CopiedAtAsync(CancellationToken cancellationToken = default) =>
        (await LearntAsync("ledger", cancellationToken)).TryGetValue("copied", out var sequence)
            ? long.Parse(sequence.Value, CultureInfo.InvariantCulture)
            : null;

    /// <inheritdoc/>
    public Task MarkCopiedAsync(CancellationToken cancellationToken = default) =>
        WriteAsync(connection => connection.Execute(MarkCopiedSql, new { now = Now() }), cancellationToken);
}
