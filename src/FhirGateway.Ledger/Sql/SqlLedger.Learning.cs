using Dapper;

namespace FhirGateway.Ledger.Sql;

/// <remarks>What was learnt of something outside, and must outlive the process.</remarks>
public abstract partial class SqlLedger
{
    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, string>> LearntAsync(string subject, CancellationToken cancellationToken = default) =>
        ReadAsync<IReadOnlyDictionary<string, string>>(
            connection => connection
                .Query<(string Name, string Value)>("SELECT name, value FROM learnt WHERE subject = @subject", new { subject })
                .ToDictionary(row => row.Name, row => row.Value, StringComparer.Ordinal),
            cancellationToken);

    /// <inheritdoc/>
    public Task LearnAsync(string subject, string name, string value, CancellationToken cancellationToken = default) => WriteAsync(
        connection => connection.Execute(
            """
            INSERT INTO learnt (subject, name, value, learnt_at) VALUES (@subject, @name, @value, @now)
            ON CONFLICT (subject, name) DO UPDATE SET value = @value, learnt_at = @now
            """,
            new { subject, name, value, now = Now() }),
        cancellationToken);
}
