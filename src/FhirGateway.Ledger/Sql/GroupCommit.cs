using System.Data;
using System.Data.Common;
using System.Threading.Channels;
using Dapper;

namespace FhirGateway.Ledger.Sql;

/// <summary>
/// One writer for the store. What was asked while the disk was busy with the last commit shares the next one, so that many
/// callers wait for one fsync; each is answered only after COMMIT returned.
/// </summary>
/// <param name="open">Opens the connection that writes, at first and again once it broke.</param>
/// <param name="begin">SQL that begins a transaction which sees all that others committed, and keeps others out until it ends.</param>
/// <param name="beforeCommit">Fails where a commit would promise too much; null where the store says so itself.</param>
internal sealed class GroupCommit(Func<DbConnection> open, string begin, Action<DbConnection>? beforeCommit = null) : IAsyncDisposable
{
    // Bounds how long the first of a batch waits for the last, and how much is queued in memory before callers wait.
    private const int BatchSize = 256;
    private const int QueueSize = 4096;

    private readonly Channel<Write> _queue = Channel.CreateBounded<Write>(new BoundedChannelOptions(QueueSize) { SingleReader = true });
    private readonly Lock _starting = new();
    private DbConnection? _connection;
    private Task? _writing;

    /// <summary>
    /// Runs the work inside a transaction and returns its result once that is committed. The work may be cancelled while it
    /// is queued, never halfway: a caller that gets an answer knows what the disk holds.
    /// </summary>
    /// <param name="work">May run a second time, after the first was rolled back.</param>
    public async Task<T> RunAsync<T>(Func<DbConnection, T> work, CancellationToken cancellationToken)
    {
        var write = new Write<T>(work, cancellationToken);
        lock (_starting) _writing ??= Task.Run(WriteAsync, CancellationToken.None);
        await _queue.Writer.WriteAsync(write, cancellationToken);
        return await write.Answer;
    }

    public async ValueTask DisposeAsync()
    {
        if (_queue.Writer.TryComplete() && _writing is { } writing) await writing;
        if (_connection is not null) await _connection.DisposeAsync();
    }

    private async Task WriteAsync()
    {
        var batch = new List<Write>(BatchSize);
        while (await _queue.Reader.WaitToReadAsync())
        {
            while (batch.Count < BatchSize && _queue.Reader.TryRead(out var write))
            {
                if (!write.Cancelled()) batch.Add(write);
            }

            if (batch.Count > 0) Commit(batch);
            batch.Clear();
        }
    }

    private void Commit(List<Write> batch)
    {
        try
        {
            var connection = Connection();
            if (!TryTogether(connection, batch)) OneByOne(connection, batch);
            beforeCommit?.Invoke(connection);
            connection.Execute("COMMIT");
        }
        catch (Exception failure)
        {
            TryRollback();
            foreach (var write in batch) write.Failed(failure);
            return;
        }

        foreach (var write in batch) write.Committed();
    }

    private DbConnection Connection()
    {
        if (_connection is { State: ConnectionState.Open } connection) return connection;
        _connection?.Dispose();
        return _connection = open();
    }

    // Failures are rare: only a batch that has one pays for a savepoint per write.
    private bool TryTogether(DbConnection connection, List<Write> batch)
    {
        connection.Execute(begin);
        try
        {
            foreach (var write in batch) write.Run(connection);
            return true;
        }
        catch (Exception) when (connection.State == ConnectionState.Open)
        {
            TryRollback();
            return false;
        }
    }

    // A savepoint each: one caller's failure must not undo its neighbours. Where SQLite has already rolled everything
    // back by itself (disk full, I/O error), ROLLBACK TO fails in its turn and so does the whole batch, rightly.
    private void OneByOne(DbConnection connection, List<Write> batch)
    {
        connection.Execute(begin);
        foreach (var write in batch)
        {
            connection.Execute("SAVEPOINT one");
            try
            {
                write.Run(connection);
            }
            catch (Exception failure)
            {
                connection.Execute("ROLLBACK TO one");
                write.Failed(failure);
            }

            connection.Execute("RELEASE one");
        }
    }

    private void TryRollback()
    {
        try
        {
            if (_connection is { State: ConnectionState.Open }) _connection.Execute("ROLLBACK");
        }
        catch (DbException)
        {
            // There was no transaction left to roll back; the failure that led here is the one to report.
        }
    }

    private abstract class Write
    {
        public abstract bool Cancelled();

        public abstract void Run(DbConnection connection);

        public abstract void Committed();

        public abstract void Failed(Exception failure);
    }

    private sealed class Write<T>(Func<DbConnection, T> work, CancellationToken cancellationToken) : Write
    {
        private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? _result;

        public Task<T> Answer => _answer.Task;

        public override bool Cancelled() => cancellationToken.IsCancellationRequested && _answer.TrySetCanceled(cancellationToken);

        public override void Run(DbConnection connection) => _result = work(connection);

        public override void Committed() => _answer.TrySetResult(_result!);

        public override void Failed(Exception failure) => _answer.TrySetException(failure);
    }
}
