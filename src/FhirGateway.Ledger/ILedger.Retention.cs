namespace FhirGateway.Ledger;

/// <remarks>How what is settled leaves the ledger once nobody needs it: a message's body first, what tells of it later.</remarks>
public partial interface ILedger
{
    /// <summary>
    /// Told of each delivery that ought to go out again, and can't, since its message's body is gone. Its history says so, too. Handlers
    /// return soon and don't throw.
    /// </summary>
    event Action<StrandedDelivery>? Stranded;

    /// <summary>
    /// Whether the caller is to remove what is old now: no gateway on this ledger has begun to within this time. Then it counts as begun.
    /// </summary>
    Task<bool> BeginRetentionAsync(TimeSpan every, CancellationToken cancellationToken = default);

    /// <summary>
    /// One small step of removing bodies of messages that are settled: received, and each of their deliveries delivered, acknowledged, a
    /// duplicate or dead, before the limit. What is owed keeps its body, and so does what the first release delivered, as long as only its
    /// message tells which document it is a version of.
    /// </summary>
    /// <param name="after">Looks at messages after this sequence: 0 first, then <see cref="RetentionStep.Next"/>.</param>
    /// <param name="most">How many messages it looks at.</param>
    Task<RetentionStep> RemoveBodiesAsync(
        SettledBefore before, long after = 0, int most = 200, CancellationToken cancellationToken = default);

    /// <summary>
    /// One small step of forgetting messages whose bodies are gone, with their deliveries and what was tried: those that were settled, and
    /// last came again, before the limit, and whose events no message brought again that is still there. Whatever comes again after that is
    /// new. The versions that they left on the destination, and what people decided about those, are not forgotten while they count.
    /// </summary>
    /// <param name="deadBefore">The limit for messages with a dead delivery: one that nothing is said for keeps them for ever.</param>
    /// <inheritdoc cref="RemoveBodiesAsync"/>
    Task<RetentionStep> RemoveReceiptsAsync(
        SettledBefore before, SettledBefore deadBefore, long after = 0, int most = 200, CancellationToken cancellationToken = default);
}

/// <summary>Until when something must be settled, and no longer change, to be removed.</summary>
/// <param name="Otherwise">For all sources that are not named; null: nothing of theirs is removed.</param>
/// <param name="Sources">By source; null: nothing of it is removed.</param>
public sealed record SettledBefore(DateTimeOffset? Otherwise, IReadOnlyDictionary<string, DateTimeOffset?> Sources)
{
    /// <summary>The latest limit of all; null when nothing is removed of any.</summary>
    public DateTimeOffset? Latest => Sources.Values.Append(Otherwise).Max();

    /// <summary>A source's limit; null when nothing of it is removed.</summary>
    public DateTimeOffset? Of(string source) => Sources.TryGetValue(source, out var limit) ? limit : Otherwise;
}

/// <summary>What one step of retention removed.</summary>
/// <param name="Removed">By source; empty when nothing was.</param>
/// <param name="Next">After which sequence the next step begins; null when there is nothing left to look at.</param>
public sealed record RetentionStep(IReadOnlyList<RemovedMessages> Removed, long? Next);

/// <summary>What was removed of a source's messages.</summary>
/// <param name="Undelivered">How many of them had a dead delivery: nothing of that ever reached the destination.</param>
public sealed record RemovedMessages(string Source, int Count, int Undelivered);

/// <summary>A delivery that ought to go out again and can't: its message's body is gone, so that it stays as it was.</summary>
/// <param name="Why">Why it ought to.</param>
public sealed record StrandedDelivery(string Source, string DeliveryId, string Why);
