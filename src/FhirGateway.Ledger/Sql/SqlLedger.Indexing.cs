using System.Data.Common;
using Dapper;
using FhirGateway.Ledger.Protection;

namespace FhirGateway.Ledger.Sql;

/// <remarks>
/// The index follows what is accepted, in steps: it finds what came before, makes the deliveries and wakes whoever works them. It goes on
/// where it stood after a crash.
/// </remarks>
public abstract partial class SqlLedger
{
    // Bound how long a step keeps others from the writer. A message may tell of a thousand events, each with some hundred bytes of its
    // head.
    private const int MessagesPerStep = 128;
    private const int HeadBytesPerStep = 256 * 1024;

    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(1);

    // Another process may have died between accepting and indexing.
    private static readonly TimeSpan LookForOthers = TimeSpan.FromSeconds(2);

    /// <summary>
    /// The oldest of what was appended and not indexed, in the order of appending: at least one if there is any, up to
    /// <paramref name="most"/> whose heads have some <paramref name="bytes"/>. What is returned counts as indexed once the transaction is
    /// committed.
    /// </summary>
    /// <returns>Those, and whether that was all.</returns>
    private protected abstract (IReadOnlyList<(long Sequence, byte[] Head)> Taken, bool IsAll) TakeAppended(
        DbConnection connection, int most, int bytes);

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
            return await WriteAsync(connection => IndexStep(connection, together: true), CancellationToken.None);
        }
        catch (DbException failure) when (IsOfData(failure))
        {
            // Rare: only a step that holds such a message is recorded one by one, with a savepoint each.
            return await WriteAsync(connection => IndexStep(connection, together: false), CancellationToken.None);
        }
    }

    private (List<RecordedMessage> Recorded, bool IsLast) IndexStep(DbConnection connection, bool together)
    {
        var (taken, isAll) = TakeAppended(connection, MessagesPerStep, HeadBytesPerStep);
        var messages = taken.Select(each => AcceptedHead.Parse(each.Sequence, _seal.Open(each.Head))).ToList();
        var isNew = together ? NewOnes(connection, messages) : _ => false;
        var (recorded, rows) = (new List<RecordedMessage>(messages.Count), new NewRows());
        foreach (var message in messages)
        {
            if (isNew(message))
            {
                recorded.Add(new RecordedMessage(message.Source, RecordNew(rows, message)));
                continue;
            }

            // In the order of acceptance: a lane's deliveries go out in that of their rows.
            Insert(connection, rows);
            rows.Clear();
            var one = together ? Record(connection, message) : RecordAtLeast(connection, message);
            recorded.Add(new RecordedMessage(message.Source, one));
        }

        Insert(connection, rows);
        return (recorded, isAll);
    }

    /// <summary>The first of the rows that a query finds: at least one if there is any, until their heads have so many bytes.</summary>
    /// <param name="most">As many as the query finds at most.</param>
    private protected static (List<(long Sequence, byte[] Head)> Found, bool IsAll) Heads(
        DbConnection connection, string sql, object values, int most, int bytes)
    {
        var found = new List<(long Sequence, byte[] Head)>();
        foreach (var row in connection.Query<(long Sequence, byte[] Head)>(sql, values, buffered: false))
        {
            found.Add(row);
            bytes -= row.Head.Length;
            if (bytes <= 0) return (found, false);
        }

        return (found, found.Count < most);
    }

    private void Tell(RecordedMessage message)
    {
        var recorded = message.Recorded;
        if (_awaited.TryGetValue(recorded.AcceptedAs, out var awaited)) awaited.TrySetResult(recorded);
        if (!recorded.Duplicate && recorded.Deliveries.Any(delivery => delivery.State == DeliveryState.Pending)) SignalWork();
        Recorded?.Invoke(message);
    }
}
