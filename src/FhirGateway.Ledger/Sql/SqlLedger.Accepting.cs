using System.Collections.Concurrent;
using System.Data.Common;
using System.Security.Cryptography;
using System.Threading.Channels;
using Dapper;
using FhirGateway.Ledger.Protection;

namespace FhirGateway.Ledger.Sql;

/// <remarks>
/// Accepting appends a message, and looks nothing up. The index follows in larger steps: it finds what came before, makes the deliveries
/// and wakes whoever works them. It goes on where it stood after a crash.
/// </remarks>
public abstract partial class SqlLedger
{
    // Bounds how long a step keeps others from the writer.
    private const int MessagesPerStep = 128;
    private const int DeliveriesPerStep = 1024;

    // The disk holds what waits for the index; beyond this, senders wait for it, too.
    private const int MostWaiting = 20_000;

    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(1);

    // Another process may have died between accepting and indexing.
    private static readonly TimeSpan LookForOthers = TimeSpan.FromSeconds(2);

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

    /// <summary>
    /// The oldest of what was appended and not indexed, in the order of appending, up to about <paramref name="max"/>. What is returned
    /// counts as indexed once the transaction is committed.
    /// </summary>
    private protected abstract IReadOnlyList<(long Sequence, byte[] Head)> TakeAppended(DbConnection connection, int max);

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
        await AppendAsync(_seal.Close(head), _seal.Close(message.Body), cancellationToken);
        Interlocked.Increment(ref _appended);
        _accepted.Writer.TryWrite(true);
        return digest;
    }

    private async Task KeepIndexingAsync()
    {
        try
        {
            while (true)
            {
                await AcceptedAsync();
                try
                {
                    await IndexAsync(_closing.Token);
                    IndexFailure = null;
                }
                catch (Exception failure)
                {
                    // What was accepted stays where it is, and is not forgotten: whoever watches is told.
                    IndexFailure = failure;
                    _accepted.Writer.TryWrite(true);
                    await Task.Delay(AfterFailure, Clock, _closing.Token);
                }
            }
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            // The next process goes on.
        }
    }

    private async Task AcceptedAsync()
    {
        using var over = new CancellationTokenSource(LookForOthers, Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, _closing.Token);
        try
        {
            await _accepted.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!_closing.IsCancellationRequested)
        {
            // The time is over.
        }
    }

    /// <summary>Indexes all that is appended by now.</summary>
    private async Task IndexAsync(CancellationToken cancellationToken)
    {
        await _indexing.WaitAsync(cancellationToken);
        try
        {
            while (true)
            {
                // What is appended while the step runs may have come too late for it.
                var appended = Interlocked.Read(ref _appended);
                var (recorded, isLast) = await IndexStepAsync();
                foreach (var each in recorded) Tell(each);
                if (isLast)
                {
                    Interlocked.Exchange(ref _indexed, appended);
                    break;
                }

                cancellationToken.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            _indexing.Release();
        }
    }

    private async Task<(List<RecordedMessage> Recorded, bool IsLast)> IndexStepAsync()
    {
        // A new key has begun to seal.
        if (_provenKey != _seal.Key)
            _provenKey = await WriteAsync(connection => KeyProofs.Add(connection, _seal), CancellationToken.None);

        try
        {
            return await WriteAsync(connection => IndexStep(connection, Record), CancellationToken.None);
        }
        catch (DbException failure) when (IsOfData(failure))
        {
            // Rare: only a step that holds such a message pays for a savepoint each.
            return await WriteAsync(connection => IndexStep(connection, RecordAtLeast), CancellationToken.None);
        }
    }

    private (List<RecordedMessage> Recorded, bool IsLast) IndexStep(
        DbConnection connection, Func<DbConnection, long, AcceptedHead, Recorded> record)
    {
        var (recorded, deliveries) = (new List<RecordedMessage>(), 0);
        while (true)
        {
            // A message may tell of a thousand events: a few of those are a step, too.
            var taken = TakeAppended(connection, Math.Min(MessagesPerStep, 1 + (MessagesPerStep - recorded.Count) / 4));
            foreach (var (sequence, head) in taken)
            {
                var message = AcceptedHead.Parse(_seal.Open(head));
                recorded.Add(new RecordedMessage(message.Source, record(connection, sequence, message)));
                deliveries += message.Deliveries.Count;
            }

            if (taken.Count == 0) return (recorded, true);
            if (recorded.Count >= MessagesPerStep || deliveries >= DeliveriesPerStep) return (recorded, false);
        }
    }

    private void Tell(RecordedMessage message)
    {
        var recorded = message.Recorded;
        if (_awaited.TryGetValue(recorded.AcceptedAs, out var awaited)) awaited.TrySetResult(recorded);
        if (!recorded.Duplicate && recorded.Deliveries.Any(delivery => delivery.State == DeliveryState.Pending)) SignalWork();
        Recorded?.Invoke(message);
    }

    /// <summary>What became of a message that another process indexed.</summary>
    private Recorded Describe(DbConnection connection, NewMessage message, string id, string digest)
    {
        var isNew = connection.ExecuteScalar<bool>("SELECT EXISTS (SELECT 1 FROM message WHERE id = @id)", new { id });
        var first = isNew ? new FirstMessage { Id = id, Digest = digest } : FirstOf(connection, message.Source, message.Identity)!;
        return new Recorded(first.Id, Duplicate: !isNew, DeliveriesOf(connection, first.Id), first.Digest != digest) { AcceptedAs = id };
    }
}
