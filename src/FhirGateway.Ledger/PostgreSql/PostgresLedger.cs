using System.Data.Common;
using FhirGateway.Ledger.Sql;
using Npgsql;

namespace FhirGateway.Ledger.PostgreSql;

/// <summary>The ledger in a PostgreSQL database (14 or later), for several gateways that share the work.</summary>
/// <remarks>
/// Its sessions hold locks and prepared statements: connect to the server itself, not through a proxy that hands sessions around
/// between transactions.
/// </remarks>
public sealed class PostgresLedger : SqlLedger
{
    private readonly NpgsqlDataSource _readers;
    private readonly PostgresMark _process;

    private PostgresLedger(NpgsqlDataSource readers, NpgsqlDataSource writers, PostgresMark process, TimeProvider clock)
        : base(new GroupCommit(writers.OpenConnection, PostgresSchema.BeginChanges), clock) =>
        (_readers, _process) = (readers, process);

    private protected override string Process => _process.Id;

    /// <summary>Opens the ledger in the schema that the connection's search path names first, bringing its tables forward.</summary>
    /// <param name="connectionString">Npgsql's: <c>Host=…;Database=…;Username=…;Password=…</c>.</param>
    /// <exception cref="InvalidOperationException">The tables were written by a newer program.</exception>
    /// <exception cref="NpgsqlException">The server can't be reached, or refuses.</exception>
    public static PostgresLedger Open(string connectionString, TimeProvider clock)
    {
        var sessions = new PostgresSessions(connectionString);
        try
        {
            using (var connection = sessions.Writers.OpenConnection()) PostgresSchema.Migrate(connection);
            return new PostgresLedger(sessions.Readers, sessions.Writers, PostgresMark.Set(sessions.Marks, clock), clock);
        }
        catch
        {
            sessions.Readers.Dispose();
            throw;
        }
    }

    private protected override bool Lives(DbConnection connection, string process) => _process.Lives(connection, process);

    private protected override string Among(string parameter) => $"= ANY(@{parameter})";

    private protected override DbConnection OpenReader() => _readers.OpenConnection();

    // The server's disk is not ours to measure; it refuses the write that found none.
    private protected override void RequireRoom(long leastFreeBytes)
    {
    }

    private protected override async ValueTask CloseAsync()
    {
        await _process.DisposeAsync();
        await _readers.DisposeAsync();
    }
}
