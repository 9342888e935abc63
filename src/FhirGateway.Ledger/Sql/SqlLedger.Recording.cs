using System.Data.Common;
using Dapper;
using FhirGateway.Ledger.Lifecycle;

namespace FhirGateway.Ledger.Sql;

/// <remarks>What the index makes of an accepted message: its row and its deliveries, or one more count of what came before.</remarks>
public abstract partial class SqlLedger
{
    private const string EventIsTaken = "state IN ('pending', 'delivering', 'delivered', 'parked')";

    private Recorded Record(DbConnection connection, AcceptedHead message)
    {
        var acceptedAs = message.Id;
        if (FirstOf(connection, message.Source, message.Identity) is { } first)
        {
            // Another message under the same name: what it brings for the first time was acknowledged, too, and is owed.
            var identity = first.Digest == message.Digest ? message.Identity : $"{message.Identity}|sha256:{message.Digest}";
            var same = identity == message.Identity ? first : FirstOf(connection, message.Source, identity);
            if (same is { IsBodyGone: true } && same.Digest == message.Digest && BringsNews(connection, message))
                GiveIdentityUp(connection, same);
            else if (same is not null || !BringsNews(connection, message))
                return RecordDuplicate(connection, same ?? first, message) with { AcceptedAs = acceptedAs };
            message = message with { Identity = identity };
        }

        var rows = new NewRows();
        rows.Add(message);
        Insert(connection, rows);
        var (changed, deliveries) = (new List<string>(), new List<RecordedDelivery>());
        foreach (var delivery in message.Deliveries)
        {
            // One by one: a message may tell of one event twice, and otherwise the second time.
            changed.AddRange(Changed(connection, message.Source, delivery, message.Id));
            deliveries.Add(RecordDelivery(connection, message, delivery, changed));
        }

        return new Recorded(message.Id, Duplicate: false, deliveries) { Changed = [.. changed.Distinct()], AcceptedAs = acceptedAs };
    }

    /// <summary>As <see cref="Record"/>; what the store can't take of it is kept as a dead delivery, for somebody to look at.</summary>
    private Recorded RecordAtLeast(DbConnection connection, AcceptedHead message)
    {
        connection.Execute("SAVEPOINT message");
        try
        {
            return Record(connection, message);
        }
        catch (DbException failure) when (IsOfData(failure))
        {
            connection.Execute("ROLLBACK TO message");
            var reason = $"the ledger can't hold what it owes ({failure.GetType().Name} {failure.SqlState}): its body is kept";
            return Record(connection, message with
            {
                Identity = "accepted:" + message.Id,
                ContentType = null,
                Headers = null,
                Note = reason,
                Deliveries = [new NewDelivery("accepted:" + message.Id, "unknown", message.Id, Dead: new WhyDead(reason, "{}"))],
            });
        }
        finally
        {
            connection.Execute("RELEASE message");
        }
    }

    private static FirstMessage? FirstOf(DbConnection connection, string source, string identity) =>
        connection.QueryFirstOrDefault<FirstMessage>(
            """
            SELECT id, body_sha256 AS digest, body_gone_at IS NOT NULL AS is_body_gone
            FROM message WHERE source = @source AND identity = @identity
            """,
            new { source, identity });

    // What it brought is dead and can't be replayed: whoever sends it again is to be heard.
    private static void GiveIdentityUp(DbConnection connection, FirstMessage first) => connection.Execute(
        "UPDATE message SET identity = identity || '|gone:' || id WHERE id = @Id", new { first.Id });

    private static bool BringsNews(DbConnection connection, AcceptedHead message) => message.Deliveries.Any(
        delivery => delivery is { Acknowledged: null, Dead: null } && EventHolder(connection, message.Source, delivery.EventKey) is null);

    private Recorded RecordDuplicate(DbConnection connection, FirstMessage first, AcceptedHead message)
    {
        var differs = first.Digest != message.Digest;
        connection.Execute(
            """
            UPDATE message SET duplicates = duplicates + 1, differing = differing + @differing, last_duplicate_at = @now WHERE id = @Id;
            DELETE FROM body WHERE sequence = @Sequence
            """,
            new { differing = differs ? 1 : 0, now = Now(), first.Id, message.Sequence });
        return new Recorded(first.Id, Duplicate: true, DeliveriesOf(connection, first.Id), differs)
        {
            Changed = differs
                ? [.. message.Deliveries.SelectMany(each => Changed(connection, message.Source, each, first.Id)).Distinct()]
                : [],
        };
    }

    private List<RecordedDelivery> DeliveriesOf(DbConnection connection, string messageId) =>
        [.. Rows(connection, SelectDelivery + " WHERE message_id = @messageId ORDER BY sequence", new { messageId })
            .Select(row => row.ToRecorded())];

    /// <summary>Notes, on the delivery that an event has, that the event comes again with other content.</summary>
    /// <param name="messageId">The message that brings it.</param>
    /// <returns>That delivery; empty when it says the same, or none has it.</returns>
    private IEnumerable<string> Changed(DbConnection connection, string source, NewDelivery again, string messageId) =>
        again.Content is null ? [] : connection.Query<string>(
            $"""
            UPDATE delivery SET differing = differing + 1, last_differing_at = @now, last_differing_message_id = @messageId
            WHERE source = @source AND event_key = @EventKey AND {EventIsTaken} AND content <> @Content
            RETURNING id
            """,
            new { now = Now(), messageId, source, again.EventKey, again.Content });

    private RecordedDelivery RecordDelivery(DbConnection connection, AcceptedHead message, NewDelivery delivery, List<string> changed)
    {
        var holder = delivery is { Acknowledged: null, Dead: null } ? EventHolder(connection, message.Source, delivery.EventKey) : null;
        var rows = new NewRows();
        var recorded = Begin(rows, message, delivery, holder, holder is not null && changed.Contains(holder));
        Insert(connection, rows);
        if (delivery.Dead is { } broken) Note(connection, recorded.Id, "dead", broken.Reason, Now());
        return recorded;
    }

    private RecordedDelivery Begin(NewRows rows, AcceptedHead message, NewDelivery delivery, string? holder, bool hasChanged)
    {
        var standing = Transitions.Begin(delivery, holder, hasChanged, Now());
        var row = new NewRows.Delivery(
            NewId(), message.Id, message.Source, delivery.EventKey, delivery.EventType, delivery.Lane, DeliveryRow.Word(standing.State),
            _seal.Close(standing.Reason), _seal.Close(standing.Outcome), standing.DueAt, holder, message.ReceivedAt, standing.ChangedAt,
            delivery.Content, _seal.Close(delivery.Doubts), delivery.Correlation);
        rows.Add(row);
        return new RecordedDelivery(row.Id, delivery.EventKey, standing.State, standing.Reason, Refused: false, holder);
    }

    /// <summary>The delivery that the event already has; null when none, or only dead ones, which give the event up.</summary>
    private static string? EventHolder(DbConnection connection, string source, string eventKey) => connection.ExecuteScalar<string?>(
        $"SELECT id FROM delivery WHERE source = @source AND event_key = @eventKey AND {EventIsTaken}",
        new { source, eventKey });

    private sealed class FirstMessage
    {
        public required string Id { get; init; }

        public required string Digest { get; init; }

        public bool IsBodyGone { get; init; }
    }
}
