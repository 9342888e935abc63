using Dapper;
using FhirGateway.Ledger.Sql;
using Microsoft.Data.Sqlite;

namespace FhirGateway.Ledger.Sqlite;

/// <summary>Copies of a ledger's file that are whole, taken beside a running gateway.</summary>
public static class SqliteBackup
{
    /// <summary>
    /// Writes a copy of the ledger as of the last commit, readable by its owner only, and returns once the disk has it. The copy knows that
    /// it is one: a gateway that is started on it looks at the destination for what was delivered after it was taken.
    /// </summary>
    /// <param name="ledger">The ledger's file.</param>
    /// <param name="target">A file that does not exist yet.</param>
    /// <exception cref="IOException">There is no such ledger, or the target exists already.</exception>
    /// <exception cref="SqliteException">It can't be read, or the disk is full.</exception>
    public static void Take(string ledger, string target, TimeProvider clock)
    {
        if (!File.Exists(ledger)) throw new FileNotFoundException($"There is no ledger {ledger}.", ledger);
        if (File.Exists(target)) throw new IOException($"{target} exists already: name a file that does not.");

        // Under its own name only once it is whole: half a copy must not look like a backup.
        var part = target + ".part";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (new FileStream(part, options))
        {
        }

        try
        {
            using (var source = Open(ledger)) source.Execute("VACUUM INTO @part", new { part });
            using (var copy = Open(part)) copy.Execute(SqlLedger.MarkCopiedSql, new { now = Instant.Text(clock.GetUtcNow()) });
            using (var written = new FileStream(part, FileMode.Open, FileAccess.ReadWrite)) written.Flush(flushToDisk: true);
            File.Move(part, target);
        }
        catch
        {
            foreach (var left in (string[])[part, part + "-journal", part + "-wal", part + "-shm"]) File.Delete(left);
            throw;
        }
    }

    private static SqliteConnection Open(string path)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWrite, Pooling = false }.ToString());
        connection.Open();
        connection.Execute("PRAGMA busy_timeout = 30000");
        return connection;
    }
}
