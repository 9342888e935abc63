namespace FhirGateway.Ledger.Sqlite;

/// <summary>A delivery as the table holds it: times as text, the state as a word.</summary>
internal sealed class DeliveryRow
{
    public const string Select = """
        SELECT id AS Id, sequence AS Sequence, message_id AS MessageId, source AS Source, event_key AS EventKey, event_type AS EventType,
               lane AS Lane, state AS State, reason AS Reason, outcome AS Outcome, refused AS Refused, waits_for AS WaitsFor,
               due_at AS DueAt,
               lease_until AS LeaseUntil, parked_since AS ParkedSince, attempts AS Attempts, round_attempts AS RoundAttempts,
               receipt AS Receipt, first_delivery_id AS FirstDeliveryId, received_at AS ReceivedAt, changed_at AS ChangedAt,
               doubts AS Doubts, differing AS Differing, last_differing_at AS LastDifferingAt,
               last_differing_message_id AS LastDifferingMessageId
        FROM delivery
        """;

    public required string Id { get; init; }
    public long Sequence { get; init; }
    public required string MessageId { get; init; }
    public required string Source { get; init; }
    public required string EventKey { get; init; }
    public required string EventType { get; init; }
    public required string Lane { get; init; }
    public DeliveryState State { get; init; }
    public string? Reason { get; init; }
    public string? Outcome { get; init; }
    public bool Refused { get; init; }
    public string? WaitsFor { get; init; }
    public string? DueAt { get; init; }
    public string? LeaseUntil { get; init; }
    public string? ParkedSince { get; init; }
    public int Attempts { get; init; }
    public int RoundAttempts { get; init; }
    public string? Receipt { get; init; }
    public string? FirstDeliveryId { get; init; }
    public required string ReceivedAt { get; init; }
    public required string ChangedAt { get; init; }
    public string? Doubts { get; init; }
    public long Differing { get; init; }
    public string? LastDifferingAt { get; init; }
    public string? LastDifferingMessageId { get; init; }

    public static string Word(DeliveryState state) => state switch
    {
        DeliveryState.Pending => "pending",
        DeliveryState.Delivering => "delivering",
        DeliveryState.Delivered => "delivered",
        DeliveryState.Parked => "parked",
        DeliveryState.Dead => "dead",
        DeliveryState.Acknowledged => "acknowledged",
        DeliveryState.Duplicate => "duplicate",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };

    public RecordedDelivery ToRecorded() => new(Id, EventKey, State, Reason, Refused, FirstDeliveryId);

    public DeliveryView ToView() => new(
        Id, Sequence, MessageId, Source, EventKey, EventType, Lane, State, Reason, Outcome, Refused, WaitsFor,
        Timestamp.ParseOrNull(DueAt), Timestamp.ParseOrNull(LeaseUntil), Timestamp.ParseOrNull(ParkedSince), Attempts,
        Receipt, FirstDeliveryId, Timestamp.Parse(ReceivedAt), Timestamp.Parse(ChangedAt))
    {
        Doubts = Doubts,
        CameAgainChanged = Differing == 0
            ? null
            : new ChangedContent(Differing, Timestamp.Parse(LastDifferingAt!), LastDifferingMessageId!),
    };
}
