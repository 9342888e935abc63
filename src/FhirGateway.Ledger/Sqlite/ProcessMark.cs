namespace FhirGateway.Ledger.Sqlite;

/// <summary>
/// Shows other processes on the same ledger that this one lives: a locked file beside the ledger. The system takes the lock away when the
/// process ends, however it ends.
/// </summary>
internal sealed class ProcessMark : IDisposable
{
    private const string Infix = "-process-";
    private readonly string _ledger;
    private readonly FileStream _lock;

    private ProcessMark(string ledger, string id)
    {
        (_ledger, Id) = (ledger, id);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.None,
            Options = FileOptions.DeleteOnClose,
        };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        _lock = new FileStream(PathOf(ledger, id), options);
    }

    /// <summary>This process, or rather this opening of the ledger: no other ever has the same.</summary>
    public string Id { get; }

    /// <summary>Marks this process, and removes the marks of those that died.</summary>
    public static ProcessMark Set(string ledger)
    {
        var mark = new ProcessMark(ledger, Guid.NewGuid().ToString("N"));
        foreach (var other in Directory.GetFiles(Path.GetDirectoryName(ledger)!, Path.GetFileName(ledger) + Infix + "*"))
        {
            if (!IsLocked(other)) File.Delete(other);
        }

        return mark;
    }

    /// <summary>Whether the process with this mark is there. A file that can't be asked counts as a live one: its leases decide.</summary>
    public bool Lives(string id) => id == Id || IsLocked(PathOf(_ledger, id));

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    private static string PathOf(string ledger, string id) => ledger + Infix + id;

    private static bool IsLocked(string path)
    {
        try
        {
            using (new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None)) return false;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (Exception asked) when (asked is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }
}
