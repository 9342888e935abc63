using Dapper;
using FhirGateway.Ledger.Protection;
using Microsoft.Data.Sqlite;

namespace FhirGateway.Ledger.Sqlite;

/// <summary>Brings a file in clear over: seals its rows, then wipes what SQLite left of them.</summary>
internal static class FormerFile
{
    private const string File = "file";

    /// <summary>Seals what is left in clear. What can't be wiped yet, since others read the file, is wiped at the next opening.</summary>
    public static void Seal(SqliteConnection writer, Seal seal, Action<SealingProgress>? report)
    {
        if (!writer.Query<string>("SELECT part FROM in_clear").Any()) return;

        // Nobody else checkpoints yet, and the log would grow as large as the file.
        writer.Execute("PRAGMA wal_autocheckpoint = 1000");
        new ClearRows(writer, "BEGIN IMMEDIATE", seal, report).SealAll();
        if (writer.ExecuteScalar<bool>("SELECT EXISTS (SELECT 1 FROM body) OR EXISTS (SELECT 1 FROM correlation)")) Wipe(writer, report);
        else Done(writer); // new
        writer.Execute("PRAGMA wal_autocheckpoint = 0");
    }

    // Pages keep what was deleted or moved until they are used again, those of the log until it begins anew.
    private static void Wipe(SqliteConnection writer, Action<SealingProgress>? report)
    {
        try
        {
            writer.Execute("VACUUM");
            var isBusy = writer.ExecuteScalar<bool>("PRAGMA wal_checkpoint(TRUNCATE)");
            if (!isBusy) Done(writer);
            report?.Invoke(new SealingProgress(File, 0, isBusy ? new IOException("Others read the file.") : null));
        }
        catch (SqliteException failure)
        {
            report?.Invoke(new SealingProgress(File, 0, failure));
        }
    }

    private static void Done(SqliteConnection writer) => writer.Execute("DELETE FROM in_clear WHERE part = @File", new { File });
}
