using System.Data.Common;
using Dapper;

namespace FhirGateway.Ledger.Sql;

/// <remarks>What parked deliveries wait for, asked for together.</remarks>
public abstract partial class SqlLedger
{
    // Bounds how long others wait for the writer when very many waited for one thing.
    private const int ReleasedPerStep = 200;

    private const string IsAwaited = "state = 'parked' AND is_asked_for";

    /// <inheritdoc/>
    public Task<DateTimeOffset?> NextAwaitedAsync(CancellationToken cancellationToken = default) => ReadAsync(
        connection => connection.ExecuteScalar<DateTimeOffset?>($"SELECT min(due_at) FROM delivery WHERE {IsAwaited}"), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Awaited>> TakeAwaitedAsync(int max, TimeSpan lease, CancellationToken cancellationToken = default) =>
        WriteAsync<IReadOnlyList<Awaited>>(connection => TakeAwaited(connection, max, lease), cancellationToken);

    /// <inheritdoc/>
    public Task AwaitAsync(
        IReadOnlyCollection<(Awaited Awaited, DateTimeOffset DueAt)> missing, CancellationToken cancellationToken = default) =>
        missing.Count == 0 ? Task.CompletedTask : WriteAsync(
            connection =>
            {
                var now = Now();
                foreach (var same in missing.GroupBy(each => (each.DueAt, each.Awaited.TakenUntil)))
                {
                    // Not what came to wait for it meanwhile, or was announced.
                    var names = same.Select(each => each.Awaited.Name).ToList();
                    connection.Execute(
                        $"""
                        UPDATE delivery SET due_at = @DueAt, changed_at = @now
                        WHERE {IsAwaited} AND due_at = @TakenUntil AND waits_for {Among("names")}
                        """,
                        new { same.Key.DueAt, same.Key.TakenUntil, names, now });
                }

                return true;
            },
            cancellationToken);

    /// <inheritdoc/>
    public async Task<int> ArrivedAsync(
        IReadOnlyCollection<string> names, string how, CancellationToken cancellationToken = default)
    {
        // Most of what comes nobody waits for: it costs the writer nothing.
        var values = new { names = names.ToArray() };
        var where = $"state = 'parked' AND waits_for {Among("names")}";
        var isAwaited = names.Count > 0 && await ReadAsync(
            connection => connection.ExecuteScalar<bool>($"SELECT EXISTS (SELECT 1 FROM delivery WHERE {where})", values),
            cancellationToken);
        var released = 0;
        while (isAwaited)
        {
            var step = await WriteAsync(
                connection => Release(
                    connection,
                    Rows(connection, $"{SelectDelivery} WHERE {where} ORDER BY sequence LIMIT {ReleasedPerStep}", values),
                    how),
                cancellationToken);
            if (step > 0) SignalWork();
            (released, isAwaited) = (released + step, step == ReleasedPerStep);
        }

        return released;
    }

    /// <inheritdoc/>
    public Task<int> AskNowAsync(CancellationToken cancellationToken = default) => WriteAsync(
        connection => connection.Execute(
            $"UPDATE delivery SET due_at = CASE WHEN due_at < @now THEN due_at ELSE @now END WHERE {IsAwaited}", new { now = Now() }),
        cancellationToken);

    /// <inheritdoc/>
    public async Task<int> TryParkedAsync(CancellationToken cancellationToken = default)
    {
        var tried = await WriteAsync(
            connection => connection.Execute(
                "UPDATE delivery SET is_asked_for = FALSE, due_at = @now WHERE state = 'parked' AND is_asked_for", new { now = Now() }),
            cancellationToken);
        if (tried > 0) SignalWork();
        return tried;
    }

    private List<Awaited> TakeAwaited(DbConnection connection, int max, TimeSpan lease)
    {
        var now = Now();
        var until = now + lease;
        var taken = connection.Query<(string Name, DateTimeOffset Since, DateTimeOffset FirstSince, DateTimeOffset AskedAt)>(
            $"""
            SELECT waits_for, max(parked_since), min(parked_since), max(changed_at) FROM delivery
            WHERE {IsAwaited} AND waits_for IN (
                SELECT waits_for FROM delivery WHERE {IsAwaited} AND due_at <= @now ORDER BY due_at LIMIT @max)
            GROUP BY waits_for ORDER BY waits_for
            """,
            new { now, max }).AsList();
        if (taken.Count == 0) return [];
        connection.Execute(
            $"UPDATE delivery SET due_at = @until, changed_at = @now WHERE {IsAwaited} AND waits_for {Among("names")}",
            new { until, now, names = taken.Select(each => each.Name).ToList() });
        return [.. taken.Select(each => new Awaited(each.Name, each.Since, each.FirstSince, each.AskedAt, until))];
    }
}
