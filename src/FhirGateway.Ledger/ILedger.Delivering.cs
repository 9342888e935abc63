namespace FhirGateway.Ledger;

/// <remarks>
/// The ends of an attempt each return false, and change no state, when the claim is no longer the delivery's own: its lease ended and
/// another worker took over. The history then says that the late worker ended too.
/// </remarks>
public partial interface ILedger
{
    /// <summary>
    /// Takes up to <paramref name="max"/> due deliveries, at most one per lane, in the order of recording. Until the lease ends
    /// nobody else gets them; afterwards they are claimable again, and the attempt stays in the history as interrupted. What a process
    /// held that is no more is claimable at once.
    /// </summary>
    /// <param name="lease">Longer than a delivery may take with all its time-outs.</param>
    /// <param name="sources">Of which sources; null for all.</param>
    Task<IReadOnlyList<ClaimedDelivery>> ClaimAsync(
        int max, TimeSpan lease, SourceFilter? sources = null, CancellationToken cancellationToken = default);

    /// <summary>As <see cref="ClaimAsync(int, TimeSpan, SourceFilter, CancellationToken)"/>, of these lanes only.</summary>
    Task<IReadOnlyList<ClaimedDelivery>> ClaimAsync(
        IReadOnlyCollection<DueLane> lanes, TimeSpan lease, CancellationToken cancellationToken = default);

    /// <summary>The lanes of which something could be claimed now, in the order of recording.</summary>
    /// <param name="sources">Of which sources; null for all.</param>
    Task<IReadOnlyList<DueLane>> DueLanesAsync(int max, SourceFilter? sources = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Whether the claim is the delivery's own still: what may be sent, and what may not since somebody else has it. A process that was
    /// stopped for a while (a paused machine) learns by this that it was declared dead.
    /// </summary>
    Task<bool> HoldsAsync(ClaimedDelivery claim, CancellationToken cancellationToken = default);

    /// <summary>The destination took it.</summary>
    /// <param name="receipt">Opaque JSON: what was created.</param>
    /// <param name="versions">
    /// The document versions that are on the destination now, in place of those that an earlier success of this delivery left; null when it
    /// carried none.
    /// </param>
    /// <param name="ended">Versions that no longer count; null when all do.</param>
    Task<bool> DeliveredAsync(
        ClaimedDelivery claim,
        string receipt,
        IReadOnlyList<NewVersion>? versions = null,
        IReadOnlyList<EndedVersions>? ended = null,
        CancellationToken cancellationToken = default);

    /// <summary>It failed in a way that may pass; it is tried again when due, and its lane waits for it.</summary>
    /// <param name="unanswered">What was sent was not answered, and may have been done.</param>
    /// <param name="counts">Whether the attempt lengthens the next wait: not where nothing was sent.</param>
    /// <param name="awaitsDestination">The destination was down or busy: <see cref="HastenAsync"/> ends the wait.</param>
    /// <param name="partly">The document versions that are on the destination though it failed; null or none where nothing is.</param>
    Task<bool> RetryAsync(
        ClaimedDelivery claim,
        string reason,
        DateTimeOffset dueAt,
        bool unanswered = false,
        bool counts = true,
        bool awaitsDestination = false,
        IReadOnlyList<NewVersion>? partly = null,
        CancellationToken cancellationToken = default);

    /// <summary>
    /// It belongs into another lane than the one it was claimed in, which only the attempt found out: it goes back, due at once, and
    /// waits its turn there. The attempt did not fail, and adds nothing to the back-off.
    /// </summary>
    Task<bool> RelaneAsync(ClaimedDelivery claim, string lane, string reason, CancellationToken cancellationToken = default);

    /// <summary>
    /// It waits for something named; its lane goes on without it, but whenever something of it is due that came, or was tried, since this
    /// one was tried, then this one is tried first. Besides, it is tried again once <see cref="ReleaseAsync"/> or
    /// <see cref="ArrivedAsync"/> names what it waits for; and when due, unless that is asked for.
    /// </summary>
    /// <param name="nextTryAt">When it is due: to be tried, or what it waits for to be asked for.</param>
    /// <param name="outcome">Opaque JSON that says more; null for nothing.</param>
    /// <param name="waitsFor">Such as <c>Patient?identifier=…</c>, or <see cref="WaitsFor.Correlation"/>.</param>
    /// <param name="partly">As in <see cref="RetryAsync"/>.</param>
    /// <param name="isAskedFor">
    /// Whether <see cref="TakeAwaitedAsync"/> gives what it waits for to whoever asks for many at once: no attempt is made to find out.
    /// </param>
    /// <param name="holdsLane">
    /// Whether its lane does wait, for the first quarter of an hour: where what failed may pass in a moment and is no fault of the note's.
    /// </param>
    Task<bool> ParkAsync(
        ClaimedDelivery claim,
        string waitsFor,
        string reason,
        DateTimeOffset nextTryAt,
        string? outcome = null,
        IReadOnlyList<NewVersion>? partly = null,
        bool isAskedFor = false,
        bool holdsLane = false,
        CancellationToken cancellationToken = default);

    /// <summary>It is dead: not tried again until somebody replays it.</summary>
    /// <param name="outcome">Opaque JSON that says why (an OperationOutcome).</param>
    /// <param name="partly">As in <see cref="RetryAsync"/>.</param>
    Task<bool> MarkDeadAsync(
        ClaimedDelivery claim,
        string reason,
        string outcome,
        IReadOnlyList<NewVersion>? partly = null,
        CancellationToken cancellationToken = default);

    /// <summary>Keeps what is odd about a delivery, in place of what was kept before.</summary>
    /// <param name="doubts">Opaque JSON; null for nothing.</param>
    /// <returns>Whether that is news.</returns>
    Task<bool> DoubtAsync(ClaimedDelivery claim, string? doubts, CancellationToken cancellationToken = default);

    /// <summary>
    /// The current version of each of these documents for each subject that has one: the last that was delivered and did not come late.
    /// What the first release recorded has no subject, and is one more. Documents of which none is delivered are left out.
    /// </summary>
    /// <param name="excludingDeliveryId">The delivery that asks: its own earlier success is not its predecessor.</param>
    Task<IReadOnlyList<DeliveredVersion>> LatestVersionsAsync(
        string source,
        IReadOnlyCollection<string> setKeys,
        string? excludingDeliveryId = null,
        CancellationToken cancellationToken = default);

    /// <summary>All versions of a document for one subject that count still, the current one first.</summary>
    /// <param name="subject">As in <see cref="NewVersion"/>; null for what the first release recorded.</param>
    Task<IReadOnlyList<DeliveredVersion>> VersionsAsync(
        string source, string setKey, string? subject, CancellationToken cancellationToken = default);

    /// <summary>What a delivery is recorded to have written, and counts still.</summary>
    Task<IReadOnlyList<DeliveredVersion>> VersionsOfAsync(string deliveryId, CancellationToken cancellationToken = default);
}
