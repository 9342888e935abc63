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
    public Task<DateTimeOffset?> NextAwaitedAsync(SourceFilter? sources = null, CancellationToken cancellationToken = default) => ReadAsync(
        connection => connection.ExecuteScalar<DateTimeOffset?>(
            $"SELECT min(due_at) FROM delivery WHERE {IsAwaited} {OfThese(sources)}", new { of = NamesOf(sources) }),
        cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Awaited>> TakeAwaitedAsync(
        int max, TimeSpan lease, SourceFilter? sources = null, CancellationToken cancellationToken = default) =>
        WriteAsync<IReadOnlyList<Awaited>>(connection => TakeAwaited(connection, max, lease, sources), cancellationToken);

    /// <inheritdoc/>
    public Task AwaitAsync(
        IReadOnlyCollection<(Awaited Awaited, DateTimeOffset DueAt)> missing,
        SourceFilter? sources = null,
        CancellationToken cancellationToken = default) =>
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
                        WHERE {IsAwaited} AND due_at = @TakenUntil AND waits_for {Among("names")} {OfThese(sources)}
                        """,
                        new { same.Key.DueAt, same.Key.TakenUntil, names, now, of = NamesOf(sources) });
                }

                return true;
            },
            cancellationToken);

    /// <inheritdoc/>
    public async Task<int> ArrivedAsync(
        IReadOnlyCollection<string> names, string how, SourceFilter? sources = null, CancellationToken cancellationToken = default)
    {
        // Most of what comes nobody waits for: it costs the writer nothing.
        var values = new { names = names.ToArray(), of = NamesOf(sources) };
        var where = $"state = 'parked' AND waits_for {Among("names")} {OfThese(sources)}";
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
    public Task<int> AskNowAsync(SourceFilter? sources = null, CancellationToken cancellationToken = default) => WriteAsync(
        connection => connection.Execute(
            $"""
            UPDATE delivery SET due_at = CASE WHEN due_at < @now THEN due_at ELSE @now END
            WHERE {IsAwaited} {OfThese(sources)}
            """,
            new { now = Now(), of = NamesOf(sources) }),
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

    private string OfThese(SourceFilter? sources) => Of(sources, "source", "of");

    private static List<string>? NamesOf(SourceFilter? sources) => sources?.Names.ToList();

    private List<Awaited> TakeAwaited(DbConnection connection, int max, TimeSpan lease, SourceFilter? sources)
    {
        var (these, of) = (OfThese(sources), NamesOf(sources));
        var now = Now();
        var until = now + lease;
        var taken = connection.Query<(string Name, DateTimeOffset Since, DateTimeOffset FirstSince, DateTimeOffset AskedAt)>(
            $"""
            SELECT waits_for, max(parked_since), min(parked_since), max(changed_at) FROM delivery
            WHERE {IsAwaited} {these} AND waits_for IN (
                SELECT waits_for FROM delivery WHERE {IsAwaited} {these} AND due_at <= @now ORDER BY due_at LIMIT @max)
            GROUP BY waits_for ORDER BY waits_for
            """,
            new { now, max, of }).AsList();
        if (taken.Count == 0) return [];
        connection.Execute(
            $"UPDATE delivery SET due_at = @until, changed_at = @now WHERE {IsAwaited} {these} AND waits_for {Among("names")}",
            new { until, now, names = taken.Select(each => each.Name).ToList(), of });
        return [.. taken.Select(each => new Awaited(each.Name, each.Since, each.FirstSince, each.AskedAt, until))];
    }
}
