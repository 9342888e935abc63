namespace FhirGateway.Ledger;

/// <summary>A delivery that one worker holds until its lease ends. Whatever comes of it is told to the ledger with this claim.</summary>
/// <param name="Id">The delivery's id.</param>
/// <param name="Token">Names this attempt: a worker whose lease ended and was taken over changes nothing any more.</param>
/// <param name="Sequence">The order of recording, over all deliveries.</param>
/// <param name="Attempt">Which attempt this is in all, from 1.</param>
/// <param name="RoundAttempt">
/// Which attempt this is since the delivery was recorded, parked, released or replayed, from 1: what back-off and limits count.
/// </param>
/// <param name="Body">The whole message's bytes as received.</param>
/// <param name="ParkedSince">Since when it has waited for something named; null when it was not parked.</param>
public sealed record ClaimedDelivery(
    string Id,
    string Token,
    long Sequence,
    string MessageId,
    string Source,
    string EventKey,
    string EventType,
    string Lane,
    int Attempt,
    int RoundAttempt,
    ReadOnlyMemory<byte> Body,
    string? ContentType,
    DateTimeOffset ReceivedAt,
    DateTimeOffset LeaseUntil,
    DateTimeOffset? ParkedSince);

/// <summary>The version of a document that a delivery put on the destination.</summary>
/// <param name="SetKey">The document whatever its version, within the source.</param>
/// <param name="VersionId">The version.</param>
/// <param name="Order">Later versions sort later, ordinally.</param>
/// <param name="Document">Opaque JSON: the document's identity.</param>
/// <param name="Owned">Opaque JSON: the resources that a successor retires.</param>
public sealed record NewVersion(string SetKey, string VersionId, string Order, string Document, string Owned);

/// <summary>A delivered version of a document.</summary>
/// <param name="Sequence">Its delivery's place in the order of recording: decides between versions of one order.</param>
public sealed record DeliveredVersion(
    string DeliveryId, long Sequence, string SetKey, string VersionId, string Order, string Document, string Owned);

/// <summary>What came of asking to deliver something again.</summary>
public enum ReplayResult
{
    /// <summary>It is pending, and due now.</summary>
    Replayed,

    /// <summary>There is no such delivery.</summary>
    Unknown,

    /// <summary>It is being delivered, or owes nothing.</summary>
    NotReplayable,

    /// <summary>It is dead, and a later message brought the same event: that message's delivery counts now.</summary>
    EventTaken,
}

/// <summary>Names for what a parked delivery waits for.</summary>
public static class WaitsFor
{
    /// <summary>The correlation that <c>PutCorrelationAsync</c> registers under this key.</summary>
    public static string Correlation(string key) => "correlation:" + key;
}
