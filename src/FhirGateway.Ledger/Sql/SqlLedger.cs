using System.Collections.Concurrent;
using System.Data.Common;
using System.Threading.Channels;
using Dapper;
using FhirGateway.Ledger.Lifecycle;
using FhirGateway.Ledger.Protection;

namespace FhirGateway.Ledger.Sql;

/// <summary>
/// What both stores share: the ledger's questions and changes in SQL that both understand. Changes run one after the other, whichever
/// process makes them (<see cref="GroupCommit"/>), so that each sees all before it.
/// </summary>
public abstract partial class SqlLedger : ILedger
{
    private readonly GroupCommit _writer;
    private readonly Seal _seal;
    private readonly ConcurrentDictionary<string, Channel<bool>> _work = new(StringComparer.Ordinal) { [""] = NewSignal() };

    static SqlLedger()
    {
        DefaultTypeMap.MatchNamesWithUnderscores = true;

        // Few texts, whatever the lengths of lists: SQLite's statements are kept prepared by their texts.
        SqlMapper.Settings.PadListExpansions = true;
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset));
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset?));
        SqlMapper.AddTypeHandler(new Instant());
    }

    private protected SqlLedger(GroupCommit writer, Seal seal, TimeProvider clock) =>
        (_writer, _seal, _provenKey, Clock) = (writer, seal, seal.Key, clock);

    /// <summary>What time it is.</summary>
    protected TimeProvider Clock { get; }

    /// <summary>The name of this process, or rather of this opening of the ledger: no other ever has the same.</summary>
    private protected abstract string Process { get; }

    /// <summary>Whether the process of this name is there. One that can't be asked counts as a live one: its leases decide.</summary>
    private protected abstract bool Lives(DbConnection connection, string process);

    /// <summary>SQL that says that what stands before it is one of a list's words.</summary>
    private protected abstract string Among(string parameter);

    /// <summary>Whether the store can't take what it was given, however often it is tried.</summary>
    private protected abstract bool IsOfData(DbException failure);

    /// <summary>Asks on a connection that sees the last commit and can't write.</summary>
    private protected abstract T Read<T>(Func<DbConnection, T> query);

    /// <summary>Fails where the store's disk is this machine's and has too little room.</summary>
    private protected abstract void RequireRoom(long leastFreeBytes);

    /// <inheritdoc/>
    public Task WaitForWorkAsync(TimeSpan atMost, CancellationToken cancellationToken) => WaitForWorkAsync(atMost, "", cancellationToken);

    /// <inheritdoc/>
    public async Task WaitForWorkAsync(TimeSpan atMost, string waiter, CancellationToken cancellationToken)
    {
        // Who waits for the first time may have missed something.
        var work = NewSignal();
        if (_work.TryAdd(waiter, work) || (work = _work[waiter]).Reader.TryRead(out _)) return;
        var now = Clock.GetUtcNow();
        var next = await ReadAsync(
            connection => connection.ExecuteScalar<DateTimeOffset?>(NextDueSql, new { now }), cancellationToken);
        var wait = next is { } due && due - now < atMost ? due - now : atMost;

        using var over = new CancellationTokenSource(wait, Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellationToken);
        try
        {
            await work.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The time is over, which is as good a reason to look for work as a signal.
        }
    }

    /// <inheritdoc/>
    public async Task RequireWritableAsync(long leastFreeBytes, CancellationToken cancellationToken = default)
    {
        // Waits for what is being written, takes the lock, and commits nothing: whoever asks must not make the ledger grow.
        await WriteAsync(_ => true, cancellationToken);
        RequireRoom(leastFreeBytes);
    }

    /// <summary>Writes what is queued, then closes the store.</summary>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _index;
        await _writer.DisposeAsync();
        await CloseAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes what the store holds open.</summary>
    private protected abstract ValueTask CloseAsync();

    // What is already due is not counted: either it was just claimed, or it waits for its lane, whose end signals.
    private const string NextDueSql = """
        SELECT min(at) FROM (
            SELECT min(due_at) AS at FROM delivery WHERE state = 'pending' AND due_at > @now
            UNION ALL SELECT min(lease_until) FROM delivery WHERE state = 'delivering' AND lease_until > @now
            UNION ALL SELECT min(due_at) FROM delivery WHERE state = 'parked' AND NOT is_asked_for AND due_at > @now) AS next
        """;

    // Each waiter has a signal of its own: none takes another's.
    private void SignalWork()
    {
        foreach (var work in _work.Values) work.Writer.TryWrite(true);
    }

    private static Channel<bool> NewSignal() =>
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private protected Task<T> WriteAsync<T>(Func<DbConnection, T> work, CancellationToken cancellationToken) =>
        _writer.RunAsync(work, cancellationToken);

    // Reads block their thread: never the caller's, which may be answering a vendor.
    private Task<T> ReadAsync<T>(Func<DbConnection, T> query, CancellationToken cancellationToken) =>
        Task.Run(() => Read(query), cancellationToken);

    private string NewId() => Guid.CreateVersion7(Clock.GetUtcNow()).ToString();

    private DateTimeOffset Now() => Clock.GetUtcNow();

    private DeliveryRow? Find(DbConnection connection, string id) =>
        Rows(connection, SelectDelivery + " WHERE id = @id", new { id }).FirstOrDefault();

    private List<DeliveryRow> Rows(DbConnection connection, string sql, object values) =>
        [.. connection.Query<DeliveryRow>(sql, values).Select(row => row.Opened(_seal))];

    private void Save(DbConnection connection, string id, Standing standing) =>
        connection.Execute(SaveSql, Saved(id, standing));

    /// <summary>The same in one call to the server with another statement, which goes before it and may use its parameters.</summary>
    private void Save(DbConnection connection, string id, Standing standing, string first, object? values = null)
    {
        var all = new DynamicParameters(Saved(id, standing));
        if (values is not null) all.AddDynamicParams(values);
        connection.Execute($"{first};\n{SaveSql}", all);
    }

    private const string SaveSql = """
        UPDATE delivery SET state = @state, lane = @Lane, reason = @Reason, outcome = @Outcome, refused = @Refused, waits_for = @WaitsFor,
            due_at = @DueAt, lease_until = @LeaseUntil, parked_since = @ParkedSince, token = @Token, holder = @Holder,
            attempts = @Attempts, round_attempts = @RoundAttempts, receipt = @Receipt, former_keys = @FormerKeys,
            awaits_destination = @AwaitsDestination, is_asked_for = @IsAskedFor, holds_lane = @HoldsLane, changed_at = @ChangedAt
        WHERE id = @id
        """;

    private object Saved(string id, Standing standing) =>
        new
        {
            id,
            state = DeliveryRow.Word(standing.State),
            standing.Lane,
            Reason = _seal.Close(standing.Reason),
            Outcome = _seal.Close(standing.Outcome),
            standing.Refused,
            standing.WaitsFor,
            standing.DueAt,
            standing.LeaseUntil,
            standing.ParkedSince,
            standing.Token,
            standing.Holder,
            standing.Attempts,
            standing.RoundAttempts,
            Receipt = _seal.Close(standing.Receipt),
            standing.FormerKeys,
            standing.AwaitsDestination,
            standing.IsAskedFor,
            standing.HoldsLane,
            standing.ChangedAt,
        };

    /// <summary>A line in a delivery's history, of something that happened between attempts.</summary>
    private void Note(DbConnection connection, string deliveryId, string outcome, string reason, DateTimeOffset now) => connection.Execute(
        """
        INSERT INTO attempt (token, delivery_id, number, started_at, ended_at, outcome, reason)
        SELECT @token, id, attempts, @now, @now, @outcome, @reason FROM delivery WHERE id = @deliveryId
        """,
        new { token = NewId(), deliveryId, outcome, reason = _seal.Close(reason), now });
}
