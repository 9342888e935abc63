namespace FhirGateway.Ledger;

/// <summary>A message as it was received, and the deliveries that it owes.</summary>
/// <param name="Source">The configured source's name.</param>
/// <param name="Identity">What makes a second receipt of this message a duplicate, within its source.</param>
/// <param name="Body">The bytes exactly as received.</param>
/// <param name="ContentType">As received; null when the sender gave none.</param>
/// <param name="Headers">A JSON object of the few headers that are safe to keep (never keys or signatures); null when none.</param>
/// <param name="ReceivedAt">When the bytes were complete, to the microsecond.</param>
/// <param name="Deliveries">One per event. May be empty: the message is recorded all the same.</param>
/// <param name="Note">What a reader should know of the message, such as why it owes nothing; null when nothing.</param>
public sealed record NewMessage(
    string Source,
    string Identity,
    ReadOnlyMemory<byte> Body,
    string? ContentType,
    string? Headers,
    DateTimeOffset ReceivedAt,
    IReadOnlyList<NewDelivery> Deliveries,
    string? Note = null);

/// <summary>One event of a message.</summary>
/// <param name="EventKey">What makes the same event in another message a duplicate, within the source.</param>
/// <param name="EventType">The vendor's word for the event.</param>
/// <param name="Lane">What must stay in order, within the source.</param>
/// <param name="Acknowledged">Why the event owes no delivery; null when it owes one.</param>
/// <param name="HeldUntil">
/// No worker claims the delivery before this time, unless <c>ProceedAsync</c> lets it go: room for a receiver that still has to
/// decide whether it refuses. After a crash the delivery goes out by itself. Null: due at once.
/// </param>
/// <param name="Dead">Why nothing can be delivered of the event, though its message is taken; null when something can.</param>
/// <param name="Content">A digest of what the event says: with another one it came again changed. Null when nobody looks.</param>
/// <param name="Doubts">Opaque JSON: what is odd about it; null for nothing.</param>
/// <param name="Correlation">The key of the correlation that says whose it is; null when none does.</param>
public sealed record NewDelivery(
    string EventKey,
    string EventType,
    string Lane,
    string? Acknowledged = null,
    DateTimeOffset? HeldUntil = null,
    WhyDead? Dead = null,
    string? Content = null,
    string? Doubts = null,
    string? Correlation = null);

/// <summary>Why a delivery is dead from the start: visible, and replayed like any dead one.</summary>
/// <param name="Outcome">Opaque JSON that says why (an OperationOutcome).</param>
public sealed record WhyDead(string Reason, string Outcome);

/// <summary>What the ledger holds after a message was recorded, or was found to be recorded already.</summary>
/// <param name="MessageId">The message's id; of the first one when this is a duplicate.</param>
/// <param name="Duplicate">The source and identity were recorded before; nothing was added but a count.</param>
/// <param name="Deliveries">The message's deliveries as they stand now, in the order of recording.</param>
/// <param name="BodyDiffers">A duplicate by identity whose bytes are not those of the first: worth a warning. The first stays.</param>
public sealed record Recorded(string MessageId, bool Duplicate, IReadOnlyList<RecordedDelivery> Deliveries, bool BodyDiffers = false)
{
    /// <summary>Deliveries whose event this message brought again with other content: what came first stays.</summary>
    public IReadOnlyList<string> Changed { get; init; } = [];

    /// <summary>The id under which this call was accepted: the message's, unless it is a duplicate.</summary>
    public string AcceptedAs { get; init; } = "";
}

/// <summary>A message that the ledger has indexed.</summary>
public sealed record RecordedMessage(string Source, Recorded Recorded);

/// <summary>A delivery as it stands after its message was recorded.</summary>
/// <param name="Refused">Dead because the sender was refused: a duplicate may revive it with <c>ReviveAsync</c>.</param>
/// <param name="FirstDeliveryId">Of a duplicate event, the delivery that the event already has; null otherwise.</param>
public sealed record RecordedDelivery(
    string Id, string EventKey, DeliveryState State, string? Reason, bool Refused, string? FirstDeliveryId);

/// <summary>What was learnt of something outside.</summary>
/// <param name="Value">Opaque.</param>
/// <param name="At">When it was learnt last.</param>
public sealed record Learnt(string Value, DateTimeOffset At);
