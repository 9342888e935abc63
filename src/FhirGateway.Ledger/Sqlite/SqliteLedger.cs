using System.Threading.Channels;
using Dapper;
using Microsoft.Data.Sqlite;

namespace FhirGateway.Ledger.Sqlite;

/// <summary>
/// The ledger in one SQLite file: messages and deliveries that survive any crash once they were answered for. Safe for many
/// threads, and for several processes on the same file of the same machine. It knows bytes and states, not FHIR.
/// </summary>
public sealed partial class SqliteLedger : IAsyncDisposable
{
    private readonly LedgerFile _file;
    private readonly ProcessMark _process;
    private readonly GroupCommit _writer;
    private readonly TimeProvider _clock;
    private readonly Channel<bool> _work = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private SqliteLedger(LedgerFile file, ProcessMark process, SqliteConnection writer, TimeProvider clock)
    {
        _file = file;
        _process = process;
        _writer = new GroupCommit(writer);
        _clock = clock;
    }

    /// <summary>Opens the ledger, creating the file (owner-only) and its folder, or bringing an older file's schema forward.</summary>
    /// <exception cref="InvalidOperationException">The file was written by a newer program, or lies where SQLite can't log.</exception>
    public static SqliteLedger Open(string path, TimeProvider clock)
    {
        var file = new LedgerFile(path);
        file.Protect();
        var writer = file.OpenWriter();
        try
        {
            LedgerSchema.Migrate(writer);

            // Others look at marks while they hold the write lock: none is seen before it is locked.
            writer.Execute("BEGIN IMMEDIATE");
            var process = ProcessMark.Set(file.FullPath);
            writer.Execute("COMMIT");
            return new SqliteLedger(file, process, writer, clock);
        }
        catch
        {
            writer.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Waits until there may be something to claim: something was recorded, released, replayed or ended in this process, a
    /// delivery's due time or lease has come, or <paramref name="atMost"/> is over (other processes don't signal).
    /// </summary>
    public async Task WaitForWorkAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        if (_work.Reader.TryRead(out _)) return;
        var now = _clock.GetUtcNow();
        var next = await ReadAsync(
            connection => connection.ExecuteScalar<string?>(NextDueSql, new { now = Timestamp.Text(now) }), cancellationToken);
        var wait = Timestamp.ParseOrNull(next) is { } due && due - now < atMost ? due - now : atMost;

        using var over = new CancellationTokenSource(wait, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellationToken);
        try
        {
            await _work.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The time is over, which is as good a reason to look for work as a signal.
        }
    }

    /// <summary>
    /// Fails unless a message could be recorded now: waits for what is being written, takes the write lock, and commits nothing. Opening
    /// the file instead would do harm: SQLite loses its locks when any other handle of the process on it is closed.
    /// </summary>
    /// <exception cref="SqliteException">It can't be written.</exception>
    /// <exception cref="IOException">Its disk has fewer free bytes, or the file is gone.</exception>
    public async Task RequireWritableAsync(long leastFreeBytes, CancellationToken cancellationToken = default)
    {
        await WriteAsync(_ => true, cancellationToken);
        if (_file.FreeBytes is var free && free < leastFreeBytes) throw new IOException($"The ledger's disk has {free} free bytes.");
    }

    /// <summary>Writes what is queued, then closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        _file.CloseReaders();
        _process.Dispose();
    }

    // What is already due is not counted: either it was just claimed, or it waits for its lane, whose end signals.
    private const string NextDueSql = """
        SELECT min(at) FROM (
            SELECT min(due_at) AS at FROM delivery WHERE state IN ('pending', 'delivering') AND state = 'pending' AND due_at > @now
            UNION ALL SELECT min(lease_until) FROM delivery
                WHERE state IN ('pending', 'delivering') AND state = 'delivering' AND lease_until > @now
            UNION ALL SELECT min(due_at) FROM delivery WHERE state = 'parked' AND due_at > @now)
        """;

    private void SignalWork() => _work.Writer.TryWrite(true);

    private Task<T> WriteAsync<T>(Func<SqliteConnection, T> work, CancellationToken cancellationToken) =>
        _writer.RunAsync(work, cancellationToken);

    // SQLite reads block their thread: never the caller's, which may be answering a vendor.
    private Task<T> ReadAsync<T>(Func<SqliteConnection, T> query, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            using var connection = _file.OpenReader();
            return query(connection);
        },
        cancellationToken);

    private string NewId() => Guid.CreateVersion7(_clock.GetUtcNow()).ToString();

    private string Now() => Timestamp.Text(_clock.GetUtcNow());
}
