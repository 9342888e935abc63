namespace FhirGateway.Ledger;

/// <summary>Which deliveries to list, newest first.</summary>
/// <param name="Source">Only this source's; null for all.</param>
/// <param name="States">Only those in one of these states; null for all.</param>
/// <param name="Before">Only those recorded before this sequence: the last one of the page before; null for the first page.</param>
/// <param name="Limit">The page's size.</param>
public sealed record DeliveryFilter(
    string? Source = null, IReadOnlyCollection<DeliveryState>? States = null, long? Before = null, int Limit = 50);

/// <summary>Which messages to list, newest first.</summary>
public sealed record MessageFilter(string? Source = null, long? Before = null, int Limit = 50);

/// <summary>A delivery as it stands.</summary>
/// <param name="Reason">Why it is in its state; null when there is nothing to say.</param>
/// <param name="Outcome">Of a dead one, opaque JSON that says why; of a parked one at times; null otherwise.</param>
/// <param name="WaitsFor">Of a parked one, what it waits for.</param>
/// <param name="DueAt">When a pending or parked one is tried next.</param>
/// <param name="LeaseUntil">Of one being delivered, when another worker may take it.</param>
/// <param name="Attempts">How many attempts were begun.</param>
/// <param name="Receipt">Opaque JSON of the latest success: what was created; null before.</param>
/// <param name="FirstDeliveryId">Of a duplicate, the delivery that the event already has.</param>
public sealed record DeliveryView(
    string Id,
    long Sequence,
    string MessageId,
    string Source,
    string EventKey,
    string EventType,
    string Lane,
    DeliveryState State,
    string? Reason,
    string? Outcome,
    bool Refused,
    string? WaitsFor,
    DateTimeOffset? DueAt,
    DateTimeOffset? LeaseUntil,
    DateTimeOffset? ParkedSince,
    int Attempts,
    string? Receipt,
    string? FirstDeliveryId,
    DateTimeOffset ReceivedAt,
    DateTimeOffset ChangedAt)
{
    /// <summary>Opaque JSON: what was odd about it, though it went on; null for nothing.</summary>
    public string? Doubts { get; init; }

    /// <summary>Its event came again with other content, which was not delivered; null when it never did.</summary>
    public ChangedContent? CameAgainChanged { get; init; }
}

/// <summary>An event that came again under its own key, saying something else.</summary>
/// <param name="Times">How often.</param>
/// <param name="LastMessageId">The message that brought it last; its own when that came again with the same identity.</param>
public sealed record ChangedContent(long Times, DateTimeOffset LastAt, string LastMessageId);

/// <summary>
/// One attempt at a delivery, or something that was done to it between attempts (then start and end are the same, and the
/// number is that of the attempt before).
/// </summary>
/// <param name="EndedAt">Null while the attempt runs.</param>
/// <param name="Outcome">
/// <c>delivered</c>, <c>retry</c>, <c>unanswered</c> (tried again, though it may have arrived), <c>relaned</c>, <c>parked</c>, <c>dead</c>;
/// <c>interrupted</c> when its lease ended without a word; between attempts <c>dead</c> (from the start), <c>refused</c>, <c>replayed</c>,
/// <c>revived</c>, <c>released</c>, <c>decided</c>, <c>brought back</c>, <c>stranded</c> (ought to go out again, but its message's body is
/// gone); null while the attempt runs.
/// </param>
public sealed record AttemptView(int Number, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, string? Outcome, string? Reason)
{
    /// <summary>How long the attempt took; null while it runs.</summary>
    public TimeSpan? Duration => EndedAt - StartedAt;
}

/// <summary>A delivery with all that was tried, oldest attempt first.</summary>
public sealed record DeliveryHistory(DeliveryView Delivery, IReadOnlyList<AttemptView> Attempts);

/// <summary>A message without its body.</summary>
/// <param name="BodySha256">Lower-case hex digest of the body.</param>
/// <param name="Duplicates">How often it was received again.</param>
/// <param name="DifferingDuplicates">How many of those came with other bytes.</param>
public sealed record MessageView(
    string Id,
    long Sequence,
    string Source,
    string Identity,
    string? ContentType,
    string? Headers,
    DateTimeOffset ReceivedAt,
    string? Note,
    long BodyBytes,
    string BodySha256,
    long Duplicates,
    long DifferingDuplicates,
    DateTimeOffset? LastDuplicateAt,
    long Deliveries)
{
    /// <summary>When its body was removed, since nobody needed it any more; null while it is there.</summary>
    public DateTimeOffset? BodyGoneAt { get; init; }
}
