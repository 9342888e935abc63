namespace FhirGateway.Ledger;

/// <summary>A delivery that one worker holds until its lease ends. Whatever comes of it is told to the ledger with this claim.</summary>
/// <param name="Id">The delivery's id.</param>
/// <param name="Token">Names this attempt: a worker whose lease ended and was taken over changes nothing any more.</param>
/// <param name="Sequence">The order of recording, over all deliveries.</param>
/// <param name="Attempt">Which attempt this is in all, from 1.</param>
/// <param name="RoundAttempt">
/// Which attempt this is since the delivery was recorded, parked, released or replayed, from 1: what back-off and limits count.
/// </param>
/// <param name="ParkedSince">Since when it has waited for <see cref="ParkedFor"/>; null when it was not parked.</param>
/// <param name="HasFormerKeys">The first release tried it: what it wrote then lies on the destination under former keys.</param>
/// <param name="NamedUnder">
/// Opaque: the name base under which it may have been written before another one was set; null where the present one is right.
/// </param>
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
    DateTimeOffset ReceivedAt,
    DateTimeOffset LeaseUntil,
    DateTimeOffset? ParkedSince,
    bool HasFormerKeys,
    string? NamedUnder)
{
    /// <summary>What it was parked for; null when it was not.</summary>
    public string? ParkedFor { get; init; }

    /// <summary>
    /// How many attempts have ended in a refusal since one that ended without an answer, whose work may go on at the other end; null when
    /// every attempt was answered.
    /// </summary>
    public int? RefusalsSinceUnanswered { get; init; }

    /// <summary>Another process had it before.</summary>
    public bool WasElsewhere { get; init; }
}

/// <summary>A lane of which something is due. It may hold identifiers: for no log, metric or URL.</summary>
public readonly record struct DueLane(string Source, string Lane);

/// <summary>The version of a document that a delivery put on the destination.</summary>
/// <param name="SetKey">The document whatever its version and whomever it is about, within the source.</param>
/// <param name="VersionId">The version.</param>
/// <param name="Order">Opaque: its place in time, for whoever compares two versions.</param>
/// <param name="Document">Opaque JSON: the document's identity.</param>
/// <param name="Owned">Opaque JSON: the resources that a successor retires.</param>
public sealed record NewVersion(string SetKey, string VersionId, string Order, string Document, string Owned)
{
    /// <summary>Whom it is about, as one word for one chart; empty where nobody is named.</summary>
    public string Subject { get; init; } = "";

    /// <summary>The subject as the source named it.</summary>
    public string? SubjectAsGiven { get; init; }

    /// <summary>Opaque JSON: the identity of what all versions share on the destination; null where nothing is.</summary>
    public string? Composition { get; init; }

    /// <summary>It came after a newer one: it was never the current version.</summary>
    public bool IsLate { get; init; }
}

/// <summary>A delivered version of a document.</summary>
/// <param name="Sequence">Its delivery's place in the order of recording: decides between versions of one order.</param>
/// <param name="Subject">As in <see cref="NewVersion"/>; null for a version that the first release recorded.</param>
/// <param name="IsLate">It was never the current version.</param>
public sealed record DeliveredVersion(
    string DeliveryId,
    long Sequence,
    string SetKey,
    string VersionId,
    string Order,
    string Document,
    string Owned,
    string? Subject,
    string? SubjectAsGiven,
    string? Composition,
    bool IsLate);

/// <summary>Versions of a document that no longer count once a delivery has succeeded.</summary>
/// <param name="Why">
/// <c>corrected</c>: a person said that they were filed wrongly; <c>continued</c>: their chart goes by another name now.
/// </param>
/// <param name="DeliveryId">Only what this delivery wrote; null for all.</param>
public sealed record EndedVersions(string SetKey, string Subject, string Why, string? DeliveryId = null);

/// <summary>What came of asking to deliver something again.</summary>
public enum ReplayResult
{
    /// <summary>It is pending, and due now.</summary>
    Replayed,

    /// <summary>There is no such delivery.</summary>
    Unknown,

    /// <summary>It is being delivered, or owes nothing.</summary>
    NotReplayable,

    /// <summary>The body of its message is gone: nothing can be made of it any more.</summary>
    BodyGone,

    /// <summary>It is dead, and a later message brought the same event: that message's delivery counts now.</summary>
    EventTaken,
}

/// <summary>Names for what a parked delivery waits for.</summary>
public static class WaitsFor
{
    /// <summary>The correlation that <c>PutCorrelationAsync</c> registers under this key.</summary>
    public static string Correlation(string key) => "correlation:" + key;
}
