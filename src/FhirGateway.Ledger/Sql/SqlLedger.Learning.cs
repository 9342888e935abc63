using Dapper;

namespace FhirGateway.Ledger.Sql;

/// <remarks>What was learnt of something outside, and must outlive the process.</remarks>
public abstract partial class SqlLedger
{
    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, Learnt>> LearntAsync(string subject, CancellationToken cancellationToken = default) =>
        ReadAsync<IReadOnlyDictionary<string, Learnt>>(
            connection => connection
                .Query<(string Name, string Value, DateTimeOffset At)>(
                    "SELECT name, value, learnt_at FROM learnt WHERE subject = @subject", new { subject })
                .ToDictionary(row => row.Name, row => new Learnt(row.Value, row.At), StringComparer.Ordinal),
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
