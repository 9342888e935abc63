using FhirGateway.Ledger.Lifecycle;
using FhirGateway.Ledger.Protection;

namespace FhirGateway.Ledger.Sql;

/// <summary>A delivery as the table holds it.</summary>
internal sealed record DeliveryRow
{
    /// <summary>Its columns, of a table named <c>d</c>.</summary>
    public const string Columns = """
        d.id, d.sequence, d.message_id, d.source, d.event_key, d.event_type, d.lane, d.state, d.reason, d.outcome, d.refused, d.waits_for,
        d.due_at, d.token, d.holder, d.lease_until, d.parked_since, d.attempts, d.round_attempts, d.receipt, d.first_delivery_id,
        d.received_at, d.changed_at, d.doubts, d.differing, d.last_differing_at, d.last_differing_message_id, d.former_keys, d.named_under,
        d.awaits_destination, d.is_asked_for, d.holds_lane
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
    public DateTimeOffset? DueAt { get; init; }
    public string? Token { get; init; }
    public string? Holder { get; init; }
    public DateTimeOffset? LeaseUntil { get; init; }
    public DateTimeOffset? ParkedSince { get; init; }
    public int Attempts { get; init; }
    public int RoundAttempts { get; init; }
    public string? Receipt { get; init; }
    public string? FirstDeliveryId { get; init; }
    public DateTimeOffset ReceivedAt { get; init; }
    public DateTimeOffset ChangedAt { get; init; }
    public string? Doubts { get; init; }
    public long Differing { get; init; }
    public DateTimeOffset? LastDifferingAt { get; init; }
    public string? LastDifferingMessageId { get; init; }
    public bool FormerKeys { get; init; }
    public string? NamedUnder { get; init; }
    public bool AwaitsDestination { get; init; }
    public bool IsAskedFor { get; init; }
    public bool HoldsLane { get; init; }

    /// <summary>Where it is read to be claimed: a parked one before it in its lane is to be tried first.</summary>
    public bool IsPreceded { get; init; }

    /// <summary>The row in clear.</summary>
    public DeliveryRow Opened(Seal seal) => this with
    {
        Reason = seal.Open(Reason),
        Outcome = seal.Open(Outcome),
        Receipt = seal.Open(Receipt),
        Doubts = seal.Open(Doubts),
    };

    /// <summary>Where it stands.</summary>
    public Standing Standing => new()
    {
        State = State,
        Lane = Lane,
        Reason = Reason,
        Outcome = Outcome,
        Refused = Refused,
        WaitsFor = WaitsFor,
        DueAt = DueAt,
        LeaseUntil = LeaseUntil,
        ParkedSince = ParkedSince,
        Token = Token,
        Holder = Holder,
        Attempts = Attempts,
        RoundAttempts = RoundAttempts,
        Receipt = Receipt,
        FormerKeys = FormerKeys,
        AwaitsDestination = AwaitsDestination,
        IsAskedFor = IsAskedFor,
        HoldsLane = HoldsLane,
        ChangedAt = ChangedAt,
    };

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
        Id, Sequence, MessageId, Source, EventKey, EventType, Lane, State, Reason, Outcome, Refused, WaitsFor, DueAt, LeaseUntil,
        ParkedSince, Attempts, Receipt, FirstDeliveryId, ReceivedAt, ChangedAt)
    {
        Doubts = Doubts,
        CameAgainChanged = Differing == 0 ? null : new ChangedContent(Differing, LastDifferingAt!.Value, LastDifferingMessageId!),
    };
}
