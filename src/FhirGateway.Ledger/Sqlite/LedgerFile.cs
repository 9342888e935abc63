using System.Runtime.InteropServices;
using Dapper;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace FhirGateway.Ledger.Sqlite;

/// <summary>The ledger's file: readable by its owner only, since it holds clinical notes, and how connections to it are opened.</summary>
internal sealed class LedgerFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int BusyMilliseconds = 30_000;

    // The pages that one step of the index may touch: keys of messages come in no order.
    private const int WriterCacheKibibytes = 16 * 1024;

    private readonly string _path;
    private readonly string _readers;

    public LedgerFile(string path)
    {
        _path = Path.GetFullPath(path);
        _readers = new SqliteConnectionStringBuilder { DataSource = _path, Mode = SqliteOpenMode.ReadWrite, Pooling = false }.ToString();
    }

    /// <summary>Where it is.</summary>
    public string FullPath => _path;

    /// <summary>How many bytes its disk still takes from this process.</summary>
    public long FreeBytes => new DriveInfo(Path.GetDirectoryName(_path)!).AvailableFreeSpace;

    /// <summary>
    /// Creates the file, or takes away what others may do with an existing one. SQLite gives its -wal and -shm files the same mode.
    /// </summary>
    public void Protect()
    {
        var folder = Path.GetDirectoryName(_path)!;
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
            return;
        }

        if (!Directory.Exists(folder)) Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite | FileShare.Delete,
            UnixCreateMode = OwnerOnly,
        };
        using (new FileStream(_path, options))
        {
        }

        foreach (var file in (string[])[_path, _path + "-wal", _path + "-shm"])
        {
            if (File.Exists(file) && (File.GetUnixFileMode(file) & ~OwnerOnly) != 0) File.SetUnixFileMode(file, OwnerOnly);
        }
    }

    /// <summary>
    /// The one connection that writes. A commit returns when the disk has it (synchronous=FULL syncs the log on every commit).
    /// </summary>
    public SqliteConnection OpenWriter()
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = _path,
            Mode = SqliteOpenMode.ReadWriteCreate,
            Pooling = false,
            ForeignKeys = true,
        }.ToString());
        try
        {
            connection.Open();
            connection.Execute($"PRAGMA busy_timeout = {BusyMilliseconds}");

            // A file of before this was said grows no smaller until it is compacted once. What is removed is gone from the disk, too.
            connection.Execute("PRAGMA auto_vacuum = INCREMENTAL; PRAGMA secure_delete = ON");
            var journal = connection.ExecuteScalar<string>("PRAGMA journal_mode = WAL");
            if (journal != "wal")
            {
                throw new InvalidOperationException(
                    $"The ledger {_path} can't use write-ahead logging (journal mode {journal}): is it on a network drive?");
            }

            // Checkpoints run on a connection of their own.
            connection.Execute("PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864; PRAGMA wal_autocheckpoint = 0");
            connection.Execute($"PRAGMA cache_size = -{WriterCacheKibibytes}");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>A connection that sees the last commit and can't write.</summary>
    public SqliteConnection OpenReader()
    {
        var connection = new SqliteConnection(_readers);
        connection.Open();
        connection.Execute($"PRAGMA busy_timeout = {BusyMilliseconds}; PRAGMA query_only = ON");
        return connection;
    }

    /// <summary>
    /// Fails where the connection's file is no longer the one at its path: SQLite goes on writing to a file that was deleted or replaced,
    /// and says that all is well, but what it writes would be gone with the process.
    /// </summary>
    /// <exception cref="FileNotFoundException">The file was deleted, moved, or another one is in its place.</exception>
    public static void RequireUnmoved(SqliteConnection connection)
    {
        var asked = FileControl(connection.Handle!, "main", HasMoved, out var moved);
        if (asked != raw.SQLITE_OK || moved != 0)
            throw new FileNotFoundException("The ledger's file is gone, or another one is in its place.", connection.DataSource);
    }

    // https://sqlite.org/c3ref/c_fcntl_begin_atomic_write.html: SQLITE_FCNTL_HAS_MOVED
    private const int HasMoved = 20;

    [DllImport(
        "e_sqlite3", EntryPoint = "sqlite3_file_control", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern int FileControl(sqlite3 connection, string database, int operation, out int answer);
}
