using System.Data.Common;
using Dapper;
using FhirGateway.Ledger.Lifecycle;

namespace FhirGateway.Ledger.Sql;

/// <remarks>What moves a delivery from outside an attempt.</remarks>
public abstract partial class SqlLedger
{
    private const string RegisteredAnew = "what its correlation says was registered anew";

    /// <inheritdoc/>
    public async Task<int> HastenAsync(SourceFilter? sources = null, CancellationToken cancellationToken = default)
    {
        var hastened = await WriteAsync(
            connection => connection.Execute(
                $"""
                UPDATE delivery AS d SET due_at = @now
                WHERE state = 'pending' AND awaits_destination AND due_at > @now {Of(sources)}
                """,
                new { now = Now(), names = sources?.Names.ToList() }),
            cancellationToken);
        if (hastened > 0) SignalWork();
        return hastened;
    }

    /// <inheritdoc/>
    public async Task<int> ReleaseAsync(string source, string waitsFor, CancellationToken cancellationToken = default)
    {
        var released = await WriteAsync(connection => Release(connection, source, waitsFor), cancellationToken);
        if (released > 0) SignalWork();
        return released;
    }

    /// <inheritdoc/>
    public async Task<ReplayResult> ReplayAsync(string deliveryId, string reason, CancellationToken cancellationToken = default)
    {
        var result = await WriteAsync(connection => Replay(connection, deliveryId, reason), cancellationToken);
        if (result == ReplayResult.Replayed) SignalWork();
        return result;
    }

    /// <inheritdoc/>
    public Task<bool> RefuseAsync(
        string deliveryId, string reason, string outcome, CancellationToken cancellationToken = default) => WriteAsync(
        connection =>
        {
            var now = Now();
            if (Find(connection, deliveryId)?.Standing.Refuse(reason, outcome, now) is not { } refused) return false;
            Save(connection, deliveryId, refused);
            Note(connection, deliveryId, "refused", reason, now);
            return true;
        },
        cancellationToken);

    /// <inheritdoc/>
    public async Task<bool> ReviveAsync(string deliveryId, DateTimeOffset? heldUntil = null, CancellationToken cancellationToken = default)
    {
        var revived = await WriteAsync(connection => Revive(connection, deliveryId, heldUntil), cancellationToken);
        if (revived) SignalWork();
        return revived;
    }

    /// <inheritdoc/>
    public async Task<bool> ProceedAsync(string deliveryId, CancellationToken cancellationToken = default)
    {
        var pending = await WriteAsync(
            connection =>
            {
                if (Find(connection, deliveryId)?.Standing.Proceed(Now()) is not { } proceeding) return false;
                Save(connection, deliveryId, proceeding);
                return true;
            },
            cancellationToken);
        if (pending) SignalWork();
        return pending;
    }

    /// <inheritdoc/>
    public async Task<int> PutCorrelationAsync(string source, string key, string value, CancellationToken cancellationToken = default)
    {
        var released = await WriteAsync(
            connection =>
            {
                var isNew = Correlation(connection, source, key) != value;
                if (isNew)
                {
                    connection.Execute(
                        """
                        INSERT INTO correlation (source, key, value, changed_at) VALUES (@source, @key, @closed, @now)
                        ON CONFLICT (source, key) DO UPDATE SET value = @closed, changed_at = @now
                        """,
                        new { source, key, closed = _seal.Close(value), now = Now() });
                }

                return Release(connection, source, WaitsFor.Correlation(key)) + (isNew ? Correlated(connection, source, key) : 0);
            },
            cancellationToken);
        if (released > 0) SignalWork();
        TellStranded();
        return released;
    }

    /// <inheritdoc/>
    public Task<string?> GetCorrelationAsync(string source, string key, CancellationToken cancellationToken = default) => ReadAsync(
        connection => Correlation(connection, source, key), cancellationToken);

    private string? Correlation(DbConnection connection, string source, string key) => _seal.Open(
        connection.ExecuteScalar<string?>("SELECT value FROM correlation WHERE source = @source AND key = @key", new { source, key }));

    /// <summary>
    /// Tries again what was delivered, or is parked, by what is registered under a key. What is on its way sees to it at its own end.
    /// </summary>
    private int Correlated(DbConnection connection, string source, string key)
    {
        var ids = connection.Query<string>(
            """
            SELECT id FROM delivery WHERE source = @source AND correlation = @key AND state IN ('delivered', 'parked') ORDER BY sequence
            """,
            new { source, key }).AsList();
        return ids.Count(id => GoAgain(connection, id, "replayed", RegisteredAnew));
    }

    /// <summary>False where the body of its message is gone: it stays as it is, and that is told.</summary>
    private bool GoAgain(DbConnection connection, string id, string outcome, string reason, DateTimeOffset? heldUntil = null)
    {
        var row = Find(connection, id)!;
        if (IsBodyGone(connection, row.MessageId))
        {
            Strand(connection, row, reason);
            return false;
        }

        var now = Now();
        Save(connection, id, row.Standing.Again(reason, heldUntil ?? now, now));
        Note(connection, id, outcome, reason, now);
        return true;
    }

    private int Release(DbConnection connection, string source, string waitsFor) => Release(
        connection,
        Rows(
            connection,
            $"{SelectDelivery} WHERE source = @source AND state = 'parked' AND waits_for = @waitsFor ORDER BY sequence",
            new { source, waitsFor }),
        waitsFor);

    private int Release(DbConnection connection, List<DeliveryRow> waiting, string why)
    {
        var now = Now();
        foreach (var row in waiting)
        {
            Save(connection, row.Id, row.Standing.Released(now));
            Note(connection, row.Id, "released", why, now);
        }

        return waiting.Count;
    }

    private ReplayResult Replay(DbConnection connection, string id, string reason)
    {
        if (Find(connection, id) is not { } row) return ReplayResult.Unknown;
        if (!row.Standing.CanBeReplayed()) return ReplayResult.NotReplayable;
        if (IsBodyGone(connection, row.MessageId)) return ReplayResult.BodyGone;
        if (row.State == DeliveryState.Dead && EventHolder(connection, row.Source, row.EventKey) is not null)
            return ReplayResult.EventTaken;

        GoAgain(connection, id, "replayed", reason);
        return ReplayResult.Replayed;
    }

    private bool Revive(DbConnection connection, string id, DateTimeOffset? heldUntil)
    {
        if (Find(connection, id) is not { } row || !row.Standing.CanBeRevived() || IsBodyGone(connection, row.MessageId)) return false;
        if (EventHolder(connection, row.Source, row.EventKey) is not null) return false;
        GoAgain(connection, id, "revived", "the refused message came again", heldUntil);
        return true;
    }
}
