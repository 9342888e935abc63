using System.Globalization;
using Dapper;

namespace FhirGateway.Ledger.Sql;

/// <remarks>
/// What was refused. Any stranger can be refused as often as they like, so such calls are only counted; the refused calls of proven
/// senders are kept, the newest of each source.
/// </remarks>
public abstract partial class SqlLedger
{
    /// <inheritdoc/>
    public Task AddRefusalsAsync(
        IReadOnlyCollection<NewRefusals> counts,
        IReadOnlyCollection<NewRefusedCall> calls,
        CancellationToken cancellationToken = default) =>
        WriteAsync(
            connection =>
            {
                connection.Execute(
                    """
                    INSERT INTO refusal (source, reason, day, count, last_at) VALUES (@Source, @Reason, @day, @Count, @LastAt)
                    ON CONFLICT (source, reason, day) DO UPDATE SET count = refusal.count + @Count,
                        last_at = CASE WHEN refusal.last_at > @LastAt THEN refusal.last_at ELSE @LastAt END
                    """,
                    counts.Select(each => new { each.Source, each.Reason, day = Day(each.LastAt), each.Count, each.LastAt }));
                connection.Execute(
                    """
                    INSERT INTO refused_call (source, received_at, status, reason, body_bytes, problems)
                    VALUES (@Source, @ReceivedAt, @Status, @Reason, @BodyBytes, @Problems)
                    """,
                    calls);
                return connection.Execute(
                    """
                    DELETE FROM refused_call WHERE source = @source AND sequence <=
                        (SELECT sequence FROM refused_call WHERE source = @source ORDER BY sequence DESC LIMIT 1 OFFSET @kept)
                    """,
                    calls.Select(each => each.Source).Distinct().Select(source => new { source, kept = ILedger.RefusedCallsKept }));
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<RefusalCount>> RefusalsAsync(string? source = null, CancellationToken cancellationToken = default) =>
        ReadAsync<IReadOnlyList<RefusalCount>>(
            connection => [.. connection
                .Query<(string Source, string Reason, string Day, long Count, DateTimeOffset Last)>(
                    "SELECT source, reason, day, count, last_at FROM refusal"
                    + Where(("source = @source", source is not null)) + " ORDER BY day DESC, source, reason",
                    new { source })
                .Select(row => new RefusalCount(row.Source, row.Reason, Day(row.Day), row.Count, row.Last))],
            cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<RefusedCall>> RefusedCallsAsync(RefusedCallFilter filter, CancellationToken cancellationToken = default) =>
        ReadAsync<IReadOnlyList<RefusedCall>>(
            connection => [.. connection
                .Query<(long Sequence, string Source, DateTimeOffset At, int Status, string Reason, long Bytes, string Problems)>(
                    "SELECT sequence, source, received_at, status, reason, body_bytes, problems FROM refused_call"
                    + Where(("source = @Source", filter.Source is not null), ("sequence < @Before", filter.Before is not null))
                    + " ORDER BY sequence DESC LIMIT @Limit",
                    new { filter.Source, filter.Before, filter.Limit })
                .Select(row => new RefusedCall(
                    row.Sequence, row.Source, row.At, row.Status, row.Reason, row.Bytes, row.Problems))],
            cancellationToken);

    private static string Day(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
