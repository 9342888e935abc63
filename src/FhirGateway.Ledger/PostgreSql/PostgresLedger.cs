using System.Data.Common;
using Dapper;
using FhirGateway.Ledger.Protection;
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
    private readonly PostgresAppender _appender;

    private PostgresLedger(PostgresSessions sessions, Seal seal, TimeProvider clock)
        : base(new GroupCommit(sessions.Writers.OpenConnection, PostgresSchema.BeginChanges), seal, clock)
    {
        (_readers, _process) = (sessions.Readers, PostgresMark.Set(sessions.Marks, clock));
        _appender = new PostgresAppender(sessions.Writers);
    }

    private protected override string Process => _process.Id;

    /// <summary>Opens the ledger in the schema that the connection's search path names first, bringing its tables forward.</summary>
    /// <param name="connectionString">Npgsql's: <c>Host=…;Database=…;Username=…;Password=…</c>.</param>
    /// <param name="keys">Where its key ring lies; null for a table of the ledger's own.</param>
    /// <param name="report">Told how it goes while a ledger in clear is sealed, which may take minutes.</param>
    /// <exception cref="KeyRingException">The key ring is missing, or is not this ledger's.</exception>
    /// <exception cref="InvalidOperationException">The tables were written by a newer program.</exception>
    /// <exception cref="NpgsqlException">The server can't be reached, or refuses.</exception>
    public static PostgresLedger Open(
        string connectionString, TimeProvider clock, LedgerKeys? keys = null, Action<SealingProgress>? report = null)
    {
        var sessions = new PostgresSessions(connectionString);
        try
        {
            Seal seal;
            using (var connection = sessions.Writers.OpenConnection())
            {
                PostgresSchema.Migrate(connection);
                seal = OpenSeal(connection, sessions, keys, clock);
                new ClearRows(connection, PostgresSchema.BeginChanges, seal, report).SealAll();
            }

            var ledger = new PostgresLedger(sessions, seal, clock);
            ledger.BeginIndexing();
            return ledger;
        }
        catch
        {
            sessions.Readers.Dispose();
            throw;
        }
    }

    private static Seal OpenSeal(NpgsqlConnection connection, PostgresSessions sessions, LedgerKeys? keys, TimeProvider clock)
    {
        var ring = keys?.Folder is { } folder
            ? KeyRing.In(folder, keys.Certificate)
            : new KeyRing(new PostgresKeys(sessions.Writers), keys?.Certificate, "the table key_ring of the ledger's database");

        // One ring, whoever else opens the ledger now.
        connection.Execute(PostgresSchema.BeginChanges);
        try
        {
            var seal = KeyProofs.Require(connection, ring, clock);
            connection.Execute("COMMIT");
            return seal;
        }
        catch
        {
            connection.Execute("ROLLBACK");
            throw;
        }
    }

    private protected override Task AppendAsync(byte[] head, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        _appender.AppendAsync(head, body, cancellationToken);

    // Sequences are handed out before their transactions commit: one that is missing may still come, and is looked for until no transaction
    // can be that old.
    private protected override (IReadOnlyList<(long Sequence, byte[] Head)> Taken, bool IsAll) TakeAppended(
        DbConnection connection, int most, int bytes)
    {
        var late = connection.Query<(long Sequence, byte[] Head)>(
            """
            WITH closed AS (DELETE FROM gap g USING body b WHERE b.sequence = g.sequence RETURNING b.sequence, b.head)
            SELECT sequence, head FROM closed ORDER BY sequence
            """).AsList();
        if (late.Count > 0) return (late, false);

        var indexed = connection.ExecuteScalar<long>("SELECT indexed FROM progress");
        var (taken, isAll) = Heads(
            connection,
            "SELECT sequence, head FROM body WHERE sequence > @indexed ORDER BY sequence LIMIT @most",
            new { indexed, most },
            most,
            bytes);
        if (taken.Count == 0) return (taken, isAll);
        var last = taken[^1].Sequence;
        connection.Execute("UPDATE progress SET indexed = @last", new { last });
        if (last - indexed == taken.Count) return (taken, isAll);
        connection.Execute(
            """
            INSERT INTO gap (sequence) SELECT generate_series(@indexed + 1, @last) EXCEPT SELECT unnest(@sequences);
            DELETE FROM gap WHERE seen_at < clock_timestamp() - interval '10 minutes'
            """,
            new { indexed, last, sequences = taken.Select(each => each.Sequence).ToArray() });
        return (taken, isAll);
    }

    private protected override void Insert(DbConnection connection, NewRows rows) => RowCopy.Write((NpgsqlConnection)connection, rows);

    private protected override bool Lives(DbConnection connection, string process) => _process.Lives(connection, process);

    // Appendix A of PostgreSQL's manual: data exceptions, broken constraints, and what is too long for an index.
    private protected override bool IsOfData(DbException failure) =>
        failure.SqlState is { } state
        && (state.StartsWith("22", StringComparison.Ordinal) || state.StartsWith("23", StringComparison.Ordinal)
            || state == PostgresErrorCodes.ProgramLimitExceeded);

    private protected override string Among(string parameter) => $"= ANY(@{parameter})";

    private protected override string PairsOf(string parameter) =>
        $"SELECT pair ->> 0 AS first, pair ->> 1 AS second FROM json_array_elements(@{parameter}::json) AS pair";

    private protected override T Read<T>(Func<DbConnection, T> query)
    {
        using var reader = _readers.OpenConnection();
        return query(reader);
    }

    // The server's disk is not ours to measure; it refuses the write that found none.
    private protected override void RequireRoom(long leastFreeBytes)
    {
    }

    private protected override async ValueTask CloseAsync()
    {
        await _appender.DisposeAsync();
        await _process.DisposeAsync();
        await _readers.DisposeAsync();
    }
}
