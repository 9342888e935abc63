using System.Data.Common;
using Dapper;

namespace FhirGateway.Ledger.Sql;

public abstract partial class SqlLedger
{
    private const string SelectDelivery = $"SELECT {DeliveryRow.Columns} FROM delivery d";

    private const string SelectMessage = """
        SELECT id, sequence, source, identity, content_type, headers, received_at, note, body_bytes, body_sha256, duplicates, differing,
               last_duplicate_at, body_gone_at, (SELECT count(*) FROM delivery d WHERE d.message_id = message.id) AS deliveries
        FROM message
        """;

    // The first that was recorded was received first, or nearly so; to look at each of very many would take long.
    /// <inheritdoc/>
    public Task<DateTimeOffset?> OldestOwedAsync(CancellationToken cancellationToken = default) => WatchAsync(
        connection => connection.ExecuteScalar<DateTimeOffset?>(
            """
            SELECT min(received_at) FROM (
                SELECT * FROM (
                    SELECT received_at FROM delivery WHERE state IN ('pending', 'delivering') ORDER BY sequence LIMIT 1) AS first
                UNION ALL SELECT received_at FROM delivery WHERE state = 'parked') AS owed
            """),
        cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<DeliveryView>> DeliveriesAsync(
        DeliveryFilter filter, CancellationToken cancellationToken = default) => WatchAsync<IReadOnlyList<DeliveryView>>(
        connection => [.. Rows(
                connection,
                SelectDelivery + Where(
                    ("source = @Source", filter.Source is not null),
                    ($"state {Among("states")}", filter.States is not null),
                    ("sequence < @Before", filter.Before is not null))
                + " ORDER BY sequence DESC LIMIT @Limit",
                new { filter.Source, states = filter.States?.Select(DeliveryRow.Word).ToArray() ?? [], filter.Before, filter.Limit })
            .Select(row => row.ToView())],
        cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<DeliveryView>> DeliveriesOfAsync(
        string messageId, CancellationToken cancellationToken = default) => WatchAsync<IReadOnlyList<DeliveryView>>(
        connection => [.. Rows(connection, SelectDelivery + " WHERE message_id = @messageId ORDER BY sequence", new { messageId })
            .Select(row => row.ToView())],
        cancellationToken);

    /// <inheritdoc/>
    public Task<DeliveryHistory?> DeliveryAsync(string deliveryId, CancellationToken cancellationToken = default) => WatchAsync(
        connection =>
        {
            if (Find(connection, deliveryId) is not { } row) return null;
            var attempts = connection.Query<(int Number, DateTimeOffset Started, DateTimeOffset? Ended, string? Outcome, string? Reason)>(
                "SELECT number, started_at, ended_at, outcome, reason FROM attempt WHERE delivery_id = @deliveryId ORDER BY sequence",
                new { deliveryId });
            return new DeliveryHistory(row.ToView(), [.. attempts.Select(attempt => new AttemptView(
                attempt.Number, attempt.Started, attempt.Ended, attempt.Outcome, _seal.Open(attempt.Reason)))]);
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<MessageView>> MessagesAsync(
        MessageFilter filter, CancellationToken cancellationToken = default) => WatchAsync<IReadOnlyList<MessageView>>(
        connection => [.. connection
            .Query<MessageRow>(
                SelectMessage + Where(("source = @Source", filter.Source is not null), ("sequence < @Before", filter.Before is not null))
                + " ORDER BY sequence DESC LIMIT @Limit",
                new { filter.Source, filter.Before, filter.Limit })
            .Select(row => row.ToView())],
        cancellationToken);

    /// <inheritdoc/>
    public Task<MessageView?> MessageAsync(string messageId, CancellationToken cancellationToken = default) => WatchAsync(
        connection => connection.QueryFirstOrDefault<MessageRow>(SelectMessage + " WHERE id = @messageId", new { messageId })?.ToView(),
        cancellationToken);

    /// <inheritdoc/>
    public Task<byte[]?> MessageBodyAsync(string messageId, CancellationToken cancellationToken = default) => ReadAsync(
        connection => connection.ExecuteScalar<byte[]?>(
            "SELECT b.body FROM message m JOIN body b ON b.sequence = m.sequence WHERE m.id = @messageId", new { messageId }) is { } body
            ? _seal.Open(body)
            : null,
        cancellationToken);

    /// <summary>As <c>ReadAsync</c>; whoever was answered for a message finds it, too.</summary>
    private async Task<T> WatchAsync<T>(Func<DbConnection, T> query, CancellationToken cancellationToken)
    {
        if (Waiting > 0 && IndexFailure is null) await IndexAsync(cancellationToken);
        return await ReadAsync(query, cancellationToken);
    }

    private static string Where(params ReadOnlySpan<(string Condition, bool Wanted)> conditions)
    {
        var wanted = new List<string>();
        foreach (var (condition, isWanted) in conditions)
        {
            if (isWanted) wanted.Add(condition);
        }

        return wanted.Count == 0 ? "" : " WHERE " + string.Join(" AND ", wanted);
    }

    private sealed class MessageRow
    {
        public required string Id { get; init; }
        public long Sequence { get; init; }
        public required string Source { get; init; }
        public required string Identity { get; init; }
        public string? ContentType { get; init; }
        public string? Headers { get; init; }
        public DateTimeOffset ReceivedAt { get; init; }
        public string? Note { get; init; }
        public long BodyBytes { get; init; }
        public required string BodySha256 { get; init; }
        public long Duplicates { get; init; }
        public long Differing { get; init; }
        public DateTimeOffset? LastDuplicateAt { get; init; }
        public DateTimeOffset? BodyGoneAt { get; init; }
        public long Deliveries { get; init; }

        public MessageView ToView() => new(
            Id, Sequence, Source, Identity, ContentType, Headers, ReceivedAt, Note, BodyBytes, BodySha256,
            Duplicates, Differing, LastDuplicateAt, Deliveries)
        {
            BodyGoneAt = BodyGoneAt,
        };
    }
}
