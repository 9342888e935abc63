using System.Globalization;
using Dapper;

namespace FhirGateway.Ledger.Sqlite;

/// <remarks>
/// What was refused. Any stranger can be refused as often as they like, so such calls are only counted; the refused calls of proven
/// senders are kept, the newest of each source.
/// </remarks>
public sealed partial class SqliteLedger
{
    /// <summary>How many refused calls of one source are kept; older ones give way.</summary>
    public const int RefusedCallsKept = 1000;

    /// <summary>
    /// Adds to the counts of refused calls, by source, reason and day, and keeps those of proven senders; the oldest of a source give way
    /// beyond <see cref="RefusedCallsKept"/>.
    /// </summary>
    public Task AddRefusalsAsync(
        IReadOnlyCollection<NewRefusals> counts, IReadOnlyCollection<NewRefusedCall> calls, CancellationToken cancellationToken =
            default) =>
        WriteAsync(
            connection =>
            {
                connection.Execute(
                    """
                    INSERT INTO refusal (source, reason, day, count, last_at) VALUES (@Source, @Reason, substr(@at, 1, 10), @Count, @at)
                    ON CONFLICT (source, reason, day) DO UPDATE SET count = count + @Count, last_at = max(last_at, @at)
                    """,
                    counts.Select(each => new { each.Source, each.Reason, each.Count, at = Timestamp.Text(each.LastAt) }));
                connection.Execute(
                    """
                    INSERT INTO refused_call (source, received_at, status, reason, body_bytes, problems)
                    VALUES (@Source, @at, @Status, @Reason, @BodyBytes, @Problems)
                    """,
                    calls.Select(each => new
                    {
                        each.Source,
                        at = Timestamp.Text(each.ReceivedAt),
                        each.Status,
                        each.Reason,
                        each.BodyBytes,
                        each.Problems,
                    }));
                return connection.Execute(
                    """
                    DELETE FROM refused_call WHERE source = @source AND sequence <=
                        (SELECT sequence FROM refused_call WHERE source = @source ORDER BY sequence DESC LIMIT 1 OFFSET @kept)
                    """,
                    calls.Select(each => each.Source).Distinct().Select(source => new { source, kept = RefusedCallsKept }));
            },
            cancellationToken);

    /// <summary>The counted refusals, newest day first.</summary>
    /// <param name="source">Only this source's; null for all.</param>
    public Task<IReadOnlyList<RefusalCount>> RefusalsAsync(string? source = null, CancellationToken cancellationToken = default) =>
        ReadAsync<IReadOnlyList<RefusalCount>>(
            connection => [.. connection
                .Query<(string Source, string Reason, string Day, long Count, string Last)>(
                    "SELECT source, reason, day, count, last_at FROM refusal"
                    + Where(("source = @source", source is not null)) + " ORDER BY day DESC, source, reason",
                    new { source })
                .Select(row => new RefusalCount(row.Source, row.Reason, Day(row.Day), row.Count, Timestamp.Parse(row.Last)))],
            cancellationToken);

    /// <summary>A page of the refused calls that were kept, newest first.</summary>
    public Task<IReadOnlyList<RefusedCall>> RefusedCallsAsync(RefusedCallFilter filter, CancellationToken cancellationToken = default) =>
        ReadAsync<IReadOnlyList<RefusedCall>>(
            connection => [.. connection
                .Query<(long Sequence, string Source, string At, int Status, string Reason, long Bytes, string Problems)>(
                    "SELECT sequence, source, received_at, status, reason, body_bytes, problems FROM refused_call"
                    + Where(("source = @Source", filter.Source is not null), ("sequence < @Before", filter.Before is not null))
                    + " ORDER BY sequence DESC LIMIT @Limit",
                    new { filter.Source, filter.Before, filter.Limit })
                .Select(row => new RefusedCall(
                    row.Sequence, row.Source, Timestamp.Parse(row.At), row.Status, row.Reason, row.Bytes, row.Problems))],
            cancellationToken);

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
