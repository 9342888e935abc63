using System.Diagnostics;
using System.Globalization;

namespace FhirGateway.Chaos.Gateways;

/// <summary>The ledger's folder: a small disk of its own in memory where one may be mounted, else a plain folder.</summary>
internal sealed class LedgerDisk : IDisposable
{
    private const int Mebibyte = 1024 * 1024;
    private readonly DirectoryInfo _folder;

    /// <param name="mebibytes">How large the disk is.</param>
    public LedgerDisk(DirectoryInfo parent, int mebibytes)
    {
        _folder = parent.CreateSubdirectory("ledger");
        var size = mebibytes.ToString(CultureInfo.InvariantCulture);
        CanFill = OperatingSystem.IsLinux() && Run("mount", "-t", "tmpfs", "-o", $"size={size}m,mode=700", "tmpfs", _folder.FullName);
    }

    /// <summary>Whether it is a disk of its own, which can be filled up and made read-only.</summary>
    public bool CanFill { get; }

    /// <summary>The SQLite file.</summary>
    public string File => Path.Combine(_folder.FullName, "ledger.db");

    private string Ballast => Path.Combine(_folder.FullName, "ballast");

    /// <summary>Takes all that is free.</summary>
    public void Fill()
    {
        var block = new byte[64 * 1024];
        using var ballast = new FileStream(Ballast, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        for (var size = block.Length; size > 0;)
        {
            try
            {
                ballast.Write(block, 0, size);
            }
            catch (IOException)
            {
                size /= 2; // the disk is full: what is left is smaller
            }
        }
    }

    public void Empty() => System.IO.File.Delete(Ballast);

    /// <returns>False where something still writes to it.</returns>
    public bool MakeReadOnly() => Run("mount", "-o", "remount,ro", _folder.FullName);

    public void MakeWritable() => Run("mount", "-o", "remount,rw", _folder.FullName);

    /// <summary>Deletes the ledger under whoever has it open.</summary>
    public void DeleteLedger()
    {
        foreach (var end in (string[])["", "-wal", "-shm"]) System.IO.File.Delete(File + end);
    }

    /// <summary>How many bytes the ledger takes.</summary>
    public long Size() => _folder.GetFiles("ledger.db*").Sum(file => file.Length) / Mebibyte;

    public void Dispose()
    {
        if (CanFill) Run("umount", "-l", _folder.FullName);
    }

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
