using System.Threading.Channels;
using Dapper;
using Microsoft.Data.Sqlite;

namespace FhirGateway.Ledger.Sqlite;

/// <summary>
/// One writer for the file. What was asked while the disk was busy with the last commit shares the next one, so that many
/// callers wait for one fsync; each is answered only after COMMIT returned.
/// </summary>
internal sealed class GroupCommit : IAsyncDisposable
{
    // Bounds how long the first of a batch waits for the last, and how much is queued in memory before callers wait.
    private const int BatchSize = 256;
    private const int QueueSize = 4096;

    private readonly SqliteConnection _connection;
    private readonly Channel<Write> _queue = Channel.CreateBounded<Write>(new BoundedChannelOptions(QueueSize) { SingleReader = true });
    private readonly Task _writing;

    public GroupCommit(SqliteConnection connection)
    {
        _connection = connection;
        _writing = Task.Run(WriteAsync);
    }

    /// <summary>
    /// Runs the work inside a transaction and returns its result once that is committed. The work may be cancelled while it
    /// is queued, never halfway: a caller that gets an answer knows what the disk holds.
    /// </summary>
    public async Task<T> RunAsync<T>(Func<SqliteConnection, T> work, CancellationToken cancellationToken)
    {
        var write = new Write<T>(work, cancellationToken);
        await _queue.Writer.WriteAsync(write, cancellationToken);
        return await write.Answer;
    }

    public async ValueTask DisposeAsync()
    {
        if (_queue.Writer.TryComplete()) await _writing;
        await _connection.DisposeAsync();
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
            _connection.Execute("BEGIN IMMEDIATE");
            foreach (var write in batch) RunOne(write);

            // SQLite goes on writing to a file that was deleted, and says that all is well: its notes would be gone with the process.
            if (!File.Exists(_connection.DataSource)) throw new FileNotFoundException("The ledger's file is gone.", _connection.DataSource);
            _connection.Execute("COMMIT");
        }
        catch (Exception failure)
        {
            TryRollback();
            foreach (var write in batch) write.Failed(failure);
            return;
        }

        foreach (var write in batch) write.Committed();
    }

    // A savepoint each: one caller's failure must not undo its neighbours. Where SQLite has already rolled everything
    // back by itself (disk full, I/O error), ROLLBACK TO fails in its turn and so does the whole batch, rightly.
    private void RunOne(Write write)
    {
        _connection.Execute("SAVEPOINT one");
        try
        {
            write.Run(_connection);
        }
        catch (Exception failure)
        {
            _connection.Execute("ROLLBACK TO one");
            write.Failed(failure);
        }

        _connection.Execute("RELEASE one");
    }

    private void TryRollback()
    {
        try
        {
            _connection.Execute("ROLLBACK");
        }
        catch (SqliteException)
        {
            // SQLite had no transaction left to roll back; the failure that led here is the one to report.
        }
    }

    private abstract class Write
    {
        public abstract bool Cancelled();

        public abstract void Run(SqliteConnection connection);

        public abstract void Committed();

        public abstract void Failed(Exception failure);
    }

    private sealed class Write<T>(Func<SqliteConnection, T> work, CancellationToken cancellationToken) : Write
    {
        private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? _result;

        public Task<T> Answer => _answer.Task;

        public override bool Cancelled() => cancellationToken.IsCancellationRequested && _answer.TrySetCanceled(cancellationToken);

        public override void Run(SqliteConnection connection) => _result = work(connection);

        public override void Committed() => _answer.TrySetResult(_result!);

        public override void Failed(Exception failure) => _answer.TrySetException(failure);
    }
}
