using Dapper;

namespace FhirGateway.Ledger.Sqlite;

public sealed partial class SqliteLedger
{
    private const string SelectMessage = """
        SELECT id AS Id, sequence AS Sequence, source AS Source, identity AS Identity, content_type AS ContentType, headers AS Headers,
               received_at AS ReceivedAt, note AS Note, body_bytes AS BodyBytes, body_sha256 AS BodySha256, duplicates AS Duplicates,
               differing AS Differing, last_duplicate_at AS LastDuplicateAt,
               (SELECT count(*) FROM delivery d WHERE d.message_id = message.id) AS Deliveries
        FROM message
        """;

    /// <summary>How many deliveries each source has in each state, and since when.</summary>
    public Task<IReadOnlyList<StateCount>> CountsAsync(
        CancellationToken cancellationToken = default) => ReadAsync<IReadOnlyList<StateCount>>(
        connection => [.. connection
            .Query<(string Source, string State, long Count, string Oldest)>(
                "SELECT source, state, count(*), min(received_at) FROM delivery GROUP BY source, state ORDER BY source, state")
            .Select(row => new StateCount(
                row.Source, Enum.Parse<DeliveryState>(row.State, ignoreCase: true), row.Count, Timestamp.Parse(row.Oldest)))],
        cancellationToken);

    /// <summary>When the oldest delivery was received that is still owed (pending, delivering or parked); null when nothing is.</summary>
    public Task<DateTimeOffset?> OldestOwedAsync(CancellationToken cancellationToken = default) => ReadAsync(
        connection => Timestamp.ParseOrNull(connection.ExecuteScalar<string?>(
            """
            SELECT min(received_at) FROM (
                SELECT received_at FROM delivery WHERE state IN ('pending', 'delivering')
                UNION ALL SELECT received_at FROM delivery WHERE state = 'parked')
            """)),
        cancellationToken);

    /// <summary>A page of deliveries, newest first.</summary>
    public Task<IReadOnlyList<DeliveryView>> DeliveriesAsync(
        DeliveryFilter filter, CancellationToken cancellationToken = default) => ReadAsync<IReadOnlyList<DeliveryView>>(
        connection => [.. connection
            .Query<DeliveryRow>(
                DeliveryRow.Select + Where(
                    ("source = @Source", filter.Source is not null),
                    ("state IN @states", filter.States is not null),
                    ("sequence < @Before", filter.Before is not null))
                + " ORDER BY sequence DESC LIMIT @Limit",
                new { filter.Source, states = filter.States?.Select(DeliveryRow.Word) ?? [], filter.Before, filter.Limit })
            .Select(row => row.ToView())],
        cancellationToken);

    /// <summary>The deliveries of one message, in the order of recording.</summary>
    public Task<IReadOnlyList<DeliveryView>> DeliveriesOfAsync(
        string messageId, CancellationToken cancellationToken = default) => ReadAsync<IReadOnlyList<DeliveryView>>(
        connection => [.. connection
            .Query<DeliveryRow>(DeliveryRow.Select + " WHERE message_id = @messageId ORDER BY sequence", new { messageId })
            .Select(row => row.ToView())],
        cancellationToken);

    /// <summary>A delivery and all that was tried; null when there is no such delivery.</summary>
    public Task<DeliveryHistory?> DeliveryAsync(string deliveryId, CancellationToken cancellationToken = default) => ReadAsync(
        connection =>
        {
            if (Find(connection, deliveryId) is not { } row) return null;
            var attempts = connection.Query<(int Number, string Started, string? Ended, string? Outcome, string? Reason)>(
                "SELECT number, started_at, ended_at, outcome, reason FROM attempt WHERE delivery_id = @deliveryId ORDER BY sequence",
                new { deliveryId });
            return new DeliveryHistory(row.ToView(), [.. attempts.Select(attempt => new AttemptView(
                attempt.Number, Timestamp.Parse(attempt.Started), Timestamp.ParseOrNull(attempt.Ended), attempt.Outcome, attempt.Reason))]);
        },
        cancellationToken);

    /// <summary>A page of messages, newest first: also those that owe nothing.</summary>
    public Task<IReadOnlyList<MessageView>> MessagesAsync(
        MessageFilter filter, CancellationToken cancellationToken = default) => ReadAsync<IReadOnlyList<MessageView>>(
        connection => [.. connection
            .Query<MessageRow>(
                SelectMessage + Where(("source = @Source", filter.Source is not null), ("sequence < @Before", filter.Before is not null))
                + " ORDER BY sequence DESC LIMIT @Limit",
                new { filter.Source, filter.Before, filter.Limit })
            .Select(row => row.ToView())],
        cancellationToken);

    /// <summary>A message without its body; null when there is no such message.</summary>
    public Task<MessageView?> MessageAsync(string messageId, CancellationToken cancellationToken = default) => ReadAsync(
        connection => connection.QueryFirstOrDefault<MessageRow>(SelectMessage + " WHERE id = @messageId", new { messageId })?.ToView(),
        cancellationToken);

    /// <summary>A message's bytes exactly as received; null when there is no such message.</summary>
    public Task<byte[]?> MessageBodyAsync(string messageId, CancellationToken cancellationToken = default) => ReadAsync(
        connection => connection.ExecuteScalar<byte[]?>("SELECT body FROM message WHERE id = @messageId", new { messageId }),
        cancellationToken);

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
        public required string ReceivedAt { get; init; }
        public string? Note { get; init; }
        public long BodyBytes { get; init; }
        public required string BodySha256 { get; init; }
        public long Duplicates { get; init; }
        public long Differing { get; init; }
        public string? LastDuplicateAt { get; init; }
        public long Deliveries { get; init; }

        public MessageView ToView() => new(
            Id, Sequence, Source, Identity, ContentType, Headers, Timestamp.Parse(ReceivedAt), Note, BodyBytes, BodySha256,
            Duplicates, Differing, Timestamp.ParseOrNull(LastDuplicateAt), Deliveries);
    }
}
