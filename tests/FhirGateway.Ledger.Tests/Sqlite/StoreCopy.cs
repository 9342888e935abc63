using System.Diagnostics;

namespace FhirGateway.Ledger.Tests.Sqlite;

/// <summary>The bytes of a ledger's file and of its log.</summary>
internal static class StoreCopy
{
    /// <summary>Reads them by another process: in this one, closing any handle on the file would take SQLite's locks away.</summary>
    public static byte[] Of(string path)
    {
        var folder = Directory.CreateTempSubdirectory("copy");
        try
        {
            string[] files = [path, .. File.Exists(path + "-wal") ? [path + "-wal"] : Array.Empty<string>()];
            using (var copy = Process.Start("cp", [.. files, folder.FullName])) copy.WaitForExit();
            return [.. folder.GetFiles().SelectMany(file => File.ReadAllBytes(file.FullName))];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
