using Dapper;

namespace FhirGateway.Ledger.Sqlite;

/// <remarks>What was learnt of something outside, such as a destination, and must outlive the process.</remarks>
public sealed partial class SqliteLedger
{
    /// <summary>All that was learnt of a subject, by name.</summary>
    public Task<IReadOnlyDictionary<string, string>> LearntAsync(string subject, CancellationToken cancellationToken = default) =>
        ReadAsync<IReadOnlyDictionary<string, string>>(
            connection => connection
                .Query<(string Name, string Value)>("SELECT name, value FROM learnt WHERE subject = @subject", new { subject })
                .ToDictionary(row => row.Name, row => row.Value, StringComparer.Ordinal),
            cancellationToken);

    /// <summary>Keeps what was learnt, in the place of what was known before under the same name.</summary>
    public Task LearnAsync(string subject, string name, string value, CancellationToken cancellationToken = default) => WriteAsync(
        connection => connection.Execute(
            "INSERT OR REPLACE INTO learnt (subject, name, value, learnt_at) VALUES (@subject, @name, @value, @now)",
            new { subject, name, value, now = Now() }),
        cancellationToken);
}
