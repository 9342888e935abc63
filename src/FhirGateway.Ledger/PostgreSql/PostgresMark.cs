using System.Data.Common;
using System.Globalization;
using Dapper;
using Npgsql;

namespace FhirGateway.Ledger.PostgreSql;

/// <summary>
/// Shows other gateways on the same ledger that this one lives: a session that holds a lock. The server takes the lock away when the
/// session ends, however the process ends.
/// </summary>
internal sealed class PostgresMark : IAsyncDisposable
{
    // After the server was away, every gateway needs a moment to show itself again before another may call it dead.
    private static readonly TimeSpan ToShowOneself = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    private readonly NpgsqlDataSource _sessions;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _stopping = new();
    private readonly int _number;
    private readonly Task _beating;
    private NpgsqlConnection? _session;
    private long? _shownAgain;

    private PostgresMark(NpgsqlDataSource sessions, NpgsqlConnection session, int number, TimeProvider clock)
    {
        (_sessions, _session, _number, _clock) = (sessions, session, number, clock);
        _beating = Task.Run(BeatAsync, CancellationToken.None);
    }

    /// <summary>This opening of the ledger: no other ever has the same.</summary>
    public string Id => _number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Marks this process.</summary>
    public static PostgresMark Set(NpgsqlDataSource sessions, TimeProvider clock)
    {
        var session = sessions.OpenConnection();
        try
        {
            var number = session.ExecuteScalar<int>("SELECT nextval('process')");
            Lock(session, number);
            return new PostgresMark(sessions, session, number, clock);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Whether the process of this name is there. Soon after the server was away all count as there: they are about to come back.
    /// </summary>
    public bool Lives(DbConnection connection, string process)
    {
        if (process == Id || !int.TryParse(process, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return true;
        if (_session is null || (_shownAgain is { } shown && _clock.GetElapsedTime(shown) < ToShowOneself)) return true;
        return connection.ExecuteScalar<bool>(
            $"""
            SELECT EXISTS (
                SELECT 1 FROM pg_locks
                WHERE locktype = 'advisory' AND objsubid = 2 AND classid = ({PostgresSchema.Key})::oid AND objid = @number::oid
                  AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
            """,
            new { number = (long)number });
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _beating;
        if (Interlocked.Exchange(ref _session, null) is not { } session) return;
        try
        {
            // The server takes a moment to notice that a session has ended.
            await session.ExecuteAsync("SELECT pg_advisory_unlock_all()");
        }
        catch (DbException)
        {
            // It has noticed.
        }

        await session.DisposeAsync();
    }

    private static void Lock(NpgsqlConnection session, int number) =>
        session.Execute($"SELECT pg_advisory_lock_shared(({PostgresSchema.Key})::int, @number)", new { number });

    private async Task BeatAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(Beat, _stopping.Token);
                if (_session is null)
                {
                    var session = await _sessions.OpenConnectionAsync(_stopping.Token);
                    Lock(session, _number);
                    (_shownAgain, _session) = (_clock.GetTimestamp(), session);
                }

                await _session.ExecuteAsync(new CommandDefinition("SELECT 1", cancellationToken: _stopping.Token));
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception broken) when (broken is DbException or InvalidOperationException or OperationCanceledException)
            {
                if (Interlocked.Exchange(ref _session, null) is { } session) await session.DisposeAsync();
            }
        }
    }
}
