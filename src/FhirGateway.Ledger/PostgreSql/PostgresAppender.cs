using System.Data;
using System.Threading.Channels;
using Npgsql;
using NpgsqlTypes;

namespace FhirGateway.Ledger.PostgreSql;

/// <summary>
/// Appends what is accepted, all that wait in one COPY, which is one commit: no lock is taken and no index but the key's is touched, so
/// that gateways accept beside each other.
/// </summary>
internal sealed class PostgresAppender : IAsyncDisposable
{
    private const int MostRows = 256;
    private const long MostBytes = 8 * 1024 * 1024;
    private const int QueueSize = 4096;

    private readonly NpgsqlDataSource _sessions;
    private readonly Channel<Row> _queue = Channel.CreateBounded<Row>(new BoundedChannelOptions(QueueSize) { SingleReader = true });
    private readonly Task _appending;
    private NpgsqlConnection? _session;

    public PostgresAppender(NpgsqlDataSource sessions)
    {
        _sessions = sessions;
        _appending = Task.Run(AppendAsync);
    }

    /// <summary>Appends one row and returns once it is committed.</summary>
    public async Task AppendAsync(byte[] head, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var row = new Row(head, body, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        await _queue.Writer.WriteAsync(row, cancellationToken);
        await row.Appended.Task;
    }

    public async ValueTask DisposeAsync()
    {
        if (_queue.Writer.TryComplete()) await _appending;
        if (_session is not null) await _session.DisposeAsync();
    }

    private async Task AppendAsync()
    {
        var rows = new List<Row>(MostRows);
        while (await _queue.Reader.WaitToReadAsync())
        {
            var bytes = 0L;
            while (rows.Count < MostRows && bytes < MostBytes && _queue.Reader.TryRead(out var row))
            {
                rows.Add(row);
                bytes += row.Body.Length;
            }

            await AppendAsync(rows);
            rows.Clear();
        }
    }

    private async Task AppendAsync(List<Row> rows)
    {
        try
        {
            if (_session is not { State: ConnectionState.Open })
            {
                if (_session is not null) await _session.DisposeAsync();
                _session = await _sessions.OpenConnectionAsync();
            }

            await using (var copy = await _session.BeginBinaryImportAsync("COPY body (head, body) FROM STDIN (FORMAT BINARY)"))
            {
                foreach (var row in rows)
                {
                    await copy.StartRowAsync();
                    await copy.WriteAsync(row.Head, NpgsqlDbType.Bytea);
                    await copy.WriteAsync(row.Body, NpgsqlDbType.Bytea);
                }

                await copy.CompleteAsync();
            }
        }
        catch (Exception failure)
        {
            foreach (var row in rows) row.Appended.TrySetException(failure);
            return;
        }

        foreach (var row in rows) row.Appended.TrySetResult();
    }

    private sealed record Row(byte[] Head, ReadOnlyMemory<byte> Body, TaskCompletionSource Appended);
}
