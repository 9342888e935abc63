using System.Collections.Concurrent;
using System.Data.Common;
using System.Security.Cryptography;
using System.Threading.Channels;
using Dapper;

namespace FhirGateway.Ledger.Sql;

/// <remarks>
/// Accepting appends a message, and looks nothing up: the index follows.
/// </remarks>
public abstract partial class SqlLedger
{
    // The disk holds what waits for the index; beyond this, senders wait for it, too.
    private const int MostWaiting = 20_000;

    private readonly SemaphoreSlim _indexing = new(1);
    private readonly CancellationTokenSource _closing = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<Recorded>> _awaited = new(StringComparer.Ordinal);
    private readonly Channel<bool> _accepted = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private Task _index = Task.CompletedTask;
    private long _appended;
    private long _indexed; // how many were appended when all were indexed last
    private byte[] _provenKey;

    /// <inheritdoc/>
    public event Action<RecordedMessage>? Recorded;

    /// <inheritdoc/>
    public Exception? IndexFailure { get; private set; }

    /// <summary>How many this process appended that may not be indexed yet.</summary>
    private long Waiting => Interlocked.Read(ref _appended) - Interlocked.Read(ref _indexed);

    /// <inheritdoc/>
    public async Task<string> AcceptAsync(NewMessage message, CancellationToken cancellationToken = default)
    {
        if (Waiting > MostWaiting) await IndexAsync(cancellationToken);
        var id = NewId();
        await AppendAsync(message, id, cancellationToken);
        return id;
    }

    /// <inheritdoc/>
    public async Task<Recorded> RecordAsync(NewMessage message, CancellationToken cancellationToken = default)
    {
        var id = NewId();
        var answer = _awaited[id] = new TaskCompletionSource<Recorded>(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            var digest = await AppendAsync(message, id, cancellationToken);

            // From here on it is recorded, whether or not the caller stays.
            await IndexAsync(CancellationToken.None);
            if (answer.Task.IsCompleted) return await answer.Task;

            // Another gateway's index was faster.
            return await ReadAsync(connection => Describe(connection, message, id, digest), CancellationToken.None);
        }
        finally
        {
            _awaited.TryRemove(id, out _);
        }
    }

    /// <summary>Appends a message's head and body, in a commit that is shared with others who wait for one.</summary>
    private protected abstract Task AppendAsync(byte[] head, ReadOnlyMemory<byte> body, CancellationToken cancellationToken);

    /// <summary>Begins to index what an earlier process left, and what comes.</summary>
    private protected void BeginIndexing()
    {
        // Unknown how many an earlier process left: whoever looks waits until they are indexed.
        _appended = 1;
        _accepted.Writer.TryWrite(true);
        _index = Task.Run(KeepIndexingAsync, CancellationToken.None);
    }

    private async Task<string> AppendAsync(NewMessage message, string id, CancellationToken cancellationToken)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(message.Body.Span));
        var head = AcceptedHead.Of(message, id, digest).ToBytes();
        await AppendAsync(_seal.Close(head), _seal.Close(message.Body.Span), cancellationToken);
        Interlocked.Increment(ref _appended);
        _accepted.Writer.TryWrite(true);
        return digest;
    }

    /// <summary>What became of a message that another process indexed.</summary>
    private Recorded Describe(DbConnection connection, NewMessage message, string id, string digest)
    {
        var isNew = connection.ExecuteScalar<bool>("SELECT EXISTS (SELECT 1 FROM message WHERE id = @id)", new { id });
        var first = isNew ? new FirstMessage { Id = id, Digest = digest } : FirstOf(connection, message.Source, message.Identity)!;
        return new Recorded(first.Id, Duplicate: !isNew, DeliveriesOf(connection, first.Id), first.Digest != digest) { AcceptedAs = id };
    }
}
