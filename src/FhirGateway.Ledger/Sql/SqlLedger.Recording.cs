using System.Data.Common;
using System.Security.Cryptography;
using Dapper;
using FhirGateway.Ledger.Lifecycle;

namespace FhirGateway.Ledger.Sql;

public abstract partial class SqlLedger
{
    /// <inheritdoc/>
    public async Task<Recorded> RecordAsync(NewMessage message, CancellationToken cancellationToken = default)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(message.Body.Span));
        var recorded = await WriteAsync(connection => Record(connection, message, digest), cancellationToken);
        if (!recorded.Duplicate && recorded.Deliveries.Any(delivery => delivery.State == DeliveryState.Pending)) SignalWork();
        return recorded;
    }

    private Recorded Record(DbConnection connection, NewMessage message, string digest)
    {
        if (FirstOf(connection, message, message.Identity) is { } first)
        {
            // Another message under the same name: what it brings for the first time was acknowledged, too, and is owed.
            var identity = first.Digest == digest ? message.Identity : $"{message.Identity}|sha256:{digest}";
            var same = identity == message.Identity ? first : FirstOf(connection, message, identity);
            if (same is not null || !BringsNews(connection, message)) return RecordDuplicate(connection, same ?? first, message, digest);
            message = message with { Identity = identity };
        }

        var id = NewId();
        connection.Execute(
            """
            INSERT INTO message (id, source, identity, content_type, headers, received_at, note, body_bytes, body_sha256, body)
            VALUES (@id, @Source, @Identity, @ContentType, @Headers, @ReceivedAt, @Note, @size, @digest, @body)
            """,
            new
            {
                id,
                message.Source,
                message.Identity,
                message.ContentType,
                message.Headers,
                message.ReceivedAt,
                message.Note,
                size = message.Body.Length,
                digest,
                body = message.Body.ToArray(),
            });
        var (changed, deliveries) = (new List<string>(), new List<RecordedDelivery>());
        foreach (var delivery in message.Deliveries)
        {
            // One by one: a message may tell of one event twice, and otherwise the second time.
            changed.AddRange(Changed(connection, message.Source, delivery, id));
            deliveries.Add(RecordDelivery(connection, id, message, delivery, changed));
        }

        return new Recorded(id, Duplicate: false, deliveries) { Changed = [.. changed.Distinct()] };
    }

    private static FirstMessage? FirstOf(DbConnection connection, NewMessage message, string identity) =>
        connection.QueryFirstOrDefault<FirstMessage>(
            "SELECT id, body_sha256 AS digest FROM message WHERE source = @Source AND identity = @identity",
            new { message.Source, identity });

    private static bool BringsNews(DbConnection connection, NewMessage message) => message.Deliveries.Any(
        delivery => delivery is { Acknowledged: null, Dead: null } && EventHolder(connection, message.Source, delivery.EventKey) is null);

    private Recorded RecordDuplicate(DbConnection connection, FirstMessage first, NewMessage message, string digest)
    {
        var differs = first.Digest != digest;
        connection.Execute(
            "UPDATE message SET duplicates = duplicates + 1, differing = differing + @differing, last_duplicate_at = @now WHERE id = @Id",
            new { differing = differs ? 1 : 0, now = Now(), first.Id });
        var deliveries = connection.Query<DeliveryRow>(SelectDelivery + " WHERE message_id = @Id ORDER BY sequence", new { first.Id });
        return new Recorded(first.Id, Duplicate: true, [.. deliveries.Select(row => row.ToRecorded())], differs)
        {
            Changed = differs
                ? [.. message.Deliveries.SelectMany(each => Changed(connection, message.Source, each, first.Id)).Distinct()]
                : [],
        };
    }

    /// <summary>Notes, on the delivery that an event has, that the event comes again with other content.</summary>
    /// <param name="messageId">The message that brings it.</param>
    /// <returns>That delivery; empty when it says the same, or none has it.</returns>
    private IEnumerable<string> Changed(DbConnection connection, string source, NewDelivery again, string messageId) =>
        again.Content is null ? [] : connection.Query<string>(
            """
            UPDATE delivery SET differing = differing + 1, last_differing_at = @now, last_differing_message_id = @messageId
            WHERE source = @source AND event_key = @EventKey AND state IN ('pending', 'delivering', 'delivered', 'parked')
              AND content <> @Content
            RETURNING id
            """,
            new { now = Now(), messageId, source, again.EventKey, again.Content });

    private RecordedDelivery RecordDelivery(
        DbConnection connection, string messageId, NewMessage message, NewDelivery delivery, List<string> changed)
    {
        var holder = delivery is { Acknowledged: null, Dead: null } ? EventHolder(connection, message.Source, delivery.EventKey) : null;
        var standing = Transitions.Begin(delivery, holder, holder is not null && changed.Contains(holder), Now());
        var id = NewId();
        connection.Execute(
            """
            INSERT INTO delivery (id, message_id, source, event_key, event_type, lane, state, reason, outcome, due_at, first_delivery_id,
                received_at, changed_at, content, doubts, correlation)
            VALUES (@id, @messageId, @Source, @EventKey, @EventType, @Lane, @state, @Reason, @Outcome, @DueAt, @holder, @ReceivedAt,
                @ChangedAt, @Content, @Doubts, @Correlation)
            """,
            new
            {
                id,
                messageId,
                message.Source,
                delivery.EventKey,
                delivery.EventType,
                delivery.Lane,
                state = DeliveryRow.Word(standing.State),
                standing.Reason,
                standing.Outcome,
                standing.DueAt,
                holder,
                message.ReceivedAt,
                standing.ChangedAt,
                delivery.Content,
                delivery.Doubts,
                delivery.Correlation,
            });
        if (delivery.Dead is { } broken) Note(connection, id, "dead", broken.Reason, Now());
        return new RecordedDelivery(id, delivery.EventKey, standing.State, standing.Reason, Refused: false, holder);
    }

    /// <summary>The delivery that the event already has; null when none, or only dead ones, which give the event up.</summary>
    private static string? EventHolder(DbConnection connection, string source, string eventKey) => connection.ExecuteScalar<string?>(
        """
        SELECT id FROM delivery
        WHERE source = @source AND event_key = @eventKey AND state IN ('pending', 'delivering', 'delivered', 'parked')
        """,
        new { source, eventKey });

    private sealed class FirstMessage
    {
        public required string Id { get; init; }

        public required string Digest { get; init; }
    }
}
