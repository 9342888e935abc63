using Dapper;
using Microsoft.Data.Sqlite;

namespace FhirGateway.Ledger.Sqlite;

/// <summary>
/// Brings what is in the log into the file, on a connection of its own: done by the writer, every thousandth page of it would make those
/// wait who happen to write just then.
/// </summary>
internal sealed class Checkpoints : IAsyncDisposable
{
    private const long Worthwhile = 4 * 1024 * 1024;

    // While others write without a pause the log only grows, unless they wait a moment.
    private const long TooLong = 64 * 1024 * 1024;
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(1);

    private readonly SqliteConnection _connection;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;

    /// <param name="connection">For this alone.</param>
    public Checkpoints(SqliteConnection connection, TimeProvider clock)
    {
        _connection = connection;
        _running = Task.Run(() => RunAsync(clock), CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running;
        await _connection.DisposeAsync();
    }

    private async Task RunAsync(TimeProvider clock)
    {
        var log = new FileInfo(_connection.DataSource + "-wal");
        while (true)
        {
            await Task.Delay(Between, clock, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_stopping.IsCancellationRequested) return;
            try
            {
                log.Refresh();
                if (!log.Exists || log.Length < Worthwhile) continue;
                _connection.Execute(log.Length < TooLong ? "PRAGMA wal_checkpoint(PASSIVE)" : "PRAGMA wal_checkpoint(RESTART)");
            }
            catch (Exception busy) when (busy is SqliteException or IOException)
            {
                // The log holds all; the next time is soon.
            }
        }
    }
}
