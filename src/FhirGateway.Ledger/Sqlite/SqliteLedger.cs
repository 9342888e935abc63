using System.Collections.Concurrent;
using System.Data.Common;
using Dapper;
using FhirGateway.Ledger.Protection;
using FhirGateway.Ledger.Sql;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace FhirGateway.Ledger.Sqlite;

/// <summary>The ledger in one SQLite file: for one gateway, or several processes of one machine.</summary>
public sealed class SqliteLedger : SqlLedger
{
    // Some megabytes: a step of retention frees about as many, and those who wait for the writer wait no longer for it.
    private const int PagesPerStep = 1000;

    private readonly LedgerFile _file;
    private readonly ProcessMark _process;
    private readonly RowInsert _rows;
    private readonly Checkpoints _checkpoints;
    private readonly ConcurrentBag<PreparedConnection> _readers = [];

    private SqliteLedger(LedgerFile file, ProcessMark process, PreparedConnection writer, Seal seal, TimeProvider clock)
        : base(new GroupCommit(() => writer, "BEGIN IMMEDIATE", _ => LedgerFile.RequireUnmoved(writer.Inner)), seal, clock)
    {
        (_file, _process, _rows) = (file, process, new RowInsert(writer));
        _checkpoints = new Checkpoints(file.OpenReader(), clock);
    }

    private protected override string Process => _process.Id;

    /// <summary>Opens the ledger, creating the file (owner-only) and its folder, or bringing an older file's schema forward.</summary>
    /// <param name="keys">Where its key ring lies; null for a folder beside the file.</param>
    /// <param name="report">Told how it goes while a ledger in clear is sealed, which may take minutes.</param>
    /// <exception cref="KeyRingException">The key ring is missing, or is not this ledger's.</exception>
    /// <exception cref="InvalidOperationException">The file was written by a newer program, or lies where SQLite can't log.</exception>
    public static SqliteLedger Open(
        string path, TimeProvider clock, LedgerKeys? keys = null, Action<SealingProgress>? report = null)
    {
        FreedMemory.Keep();
        var file = new LedgerFile(path);
        file.Protect();
        var writer = file.OpenWriter();
        try
        {
            SqliteSchema.Migrate(writer);
            var ring = KeyRing.In(keys?.Folder ?? Path.Combine(Path.GetDirectoryName(file.FullPath)!, "keys"), keys?.Certificate);

            // One ring, whoever else opens the ledger now. And others look at marks while they hold the write lock: none is seen before it
            // is locked.
            writer.Execute("BEGIN IMMEDIATE");
            var seal = KeyProofs.Require(writer, ring, clock);
            var process = ProcessMark.Set(file.FullPath);
            writer.Execute("COMMIT");
            FormerFile.Seal(writer, seal, report);
            var ledger = new SqliteLedger(file, process, new PreparedConnection(writer), seal, clock);
            ledger.BeginIndexing();
            return ledger;
        }
        catch
        {
            writer.Dispose();
            throw;
        }
    }

    private protected override Task AppendAsync(byte[] head, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        WriteAsync(
            _ =>
            {
                _rows.Append(head, body.Span);
                return true;
            },
            cancellationToken);

    private protected override void Insert(DbConnection connection, NewRows rows) => _rows.Write(rows);

    private protected override (IReadOnlyList<(long Sequence, byte[] Head)> Taken, bool IsAll) TakeAppended(
        DbConnection connection, int most, int bytes)
    {
        // In the order of sequences, which is that of commits: there is one writer.
        var (taken, isAll) = Heads(
            connection,
            "SELECT sequence, head FROM body WHERE sequence > (SELECT indexed FROM progress) ORDER BY sequence LIMIT @most",
            new { most },
            most,
            bytes);
        if (taken.Count > 0) connection.Execute("UPDATE progress SET indexed = @last", new { last = taken[^1].Sequence });
        return (taken, isAll);
    }

    private protected override bool Lives(DbConnection connection, string process) => _process.Lives(process);

    // https://sqlite.org/rescode.html: SQLITE_CONSTRAINT, SQLITE_TOOBIG, SQLITE_MISMATCH
    private protected override bool IsOfData(DbException failure) =>
        failure is SqliteException { SqliteErrorCode: raw.SQLITE_CONSTRAINT or raw.SQLITE_TOOBIG or raw.SQLITE_MISMATCH };

    private protected override string Among(string parameter) => "IN @" + parameter;

    private protected override string PairsOf(string parameter) =>
        $"SELECT value ->> 0 AS first, value ->> 1 AS second FROM json_each(@{parameter})";

    private protected override T Read<T>(Func<DbConnection, T> query)
    {
        if (!_readers.TryTake(out var reader)) reader = new PreparedConnection(_file.OpenReader());
        try
        {
            var answer = query(reader);
            _readers.Add(reader);
            return answer;
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    // Opening the file to look at it would do harm: SQLite loses its locks when any other handle of the process on it is closed.
    private protected override void RequireRoom(long leastFreeBytes)
    {
        if (_file.FreeBytes is var free && free < leastFreeBytes) throw new IOException($"The ledger's disk has {free} free bytes.");
    }

    // Each page that was freed is a row: only a query that reads them all frees them all.
    private protected override void GiveRoomBack(DbConnection connection) =>
        connection.Query($"PRAGMA incremental_vacuum({PagesPerStep})").AsList();

    private protected override async ValueTask CloseAsync()
    {
        await _checkpoints.DisposeAsync();
        while (_readers.TryTake(out var reader)) await reader.DisposeAsync();
        _process.Dispose();
    }
}
