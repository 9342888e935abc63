namespace FhirGateway.Ledger;

/// <remarks>
/// What moves a delivery from outside an attempt: people, receivers, and what arrived meanwhile. Each leaves a line in its history.
/// </remarks>
public partial interface ILedger
{
    /// <summary>The destination is back: what waited for that is due at once.</summary>
    /// <param name="sources">Those that deliver to it; null for all.</param>
    /// <returns>How many deliveries.</returns>
    Task<int> HastenAsync(SourceFilter? sources = null, CancellationToken cancellationToken = default);

    /// <summary>Tries all parked deliveries that wait for this at once; returns how many.</summary>
    Task<int> ReleaseAsync(string source, string waitsFor, CancellationToken cancellationToken = default);

    /// <summary>
    /// Delivers again what is dead, parked or delivered, and at once what waits for its next attempt, whatever it waits for. The history
    /// stays. Its lane is kept: what was recorded earlier in it still goes out first.
    /// </summary>
    /// <param name="reason">Who asked and why, for the history.</param>
    Task<ReplayResult> ReplayAsync(string deliveryId, string reason, CancellationToken cancellationToken = default);

    /// <summary>
    /// The sender was refused after its message was recorded: the delivery is dead but visible, can be replayed, and a repeat
    /// may revive it. False when a worker has it already, or it is settled.
    /// </summary>
    /// <param name="outcome">Opaque JSON that says why (an OperationOutcome).</param>
    Task<bool> RefuseAsync(string deliveryId, string reason, string outcome, CancellationToken cancellationToken = default);

    /// <summary>
    /// A refused message came again: its delivery is pending once more. False when it is not (or no longer) refused, or a later message
    /// brought the event.
    /// </summary>
    /// <param name="heldUntil">As in <see cref="NewDelivery"/>: no worker claims it before; null for at once.</param>
    Task<bool> ReviveAsync(string deliveryId, DateTimeOffset? heldUntil = null, CancellationToken cancellationToken = default);

    /// <summary>Lets go of a delivery that was held for its receiver: it is due now. False when it was not pending.</summary>
    Task<bool> ProceedAsync(string deliveryId, CancellationToken cancellationToken = default);

    /// <summary>
    /// Registers or replaces what the EHR team knows under a key, and releases the deliveries that wait for it. With another value, what
    /// was delivered by the former one goes out again: it may lie in the wrong chart.
    /// </summary>
    /// <returns>How many deliveries are tried now.</returns>
    /// <param name="value">Opaque JSON.</param>
    Task<int> PutCorrelationAsync(string source, string key, string value, CancellationToken cancellationToken = default);

    /// <summary>What is registered under the key (JSON); null when nothing is.</summary>
    Task<string?> GetCorrelationAsync(string source, string key, CancellationToken cancellationToken = default);

    /// <summary>
    /// Keeps a decision, and tries the delivery again at once; after it all of its lane that wait for the like: what was decided may be
    /// what they wait for, and until then an older one would stay current.
    /// </summary>
    /// <param name="waitsFor">How the name of what it waits for must begin.</param>
    /// <param name="about">What it waited for when the person looked; null for whatever it waits for now.</param>
    Task<DecisionResult> DecideAsync(
        string deliveryId,
        string waitsFor,
        string choice,
        string reason,
        string by,
        string? about = null,
        CancellationToken cancellationToken = default);

    /// <summary>What was decided for a delivery, oldest first.</summary>
    Task<IReadOnlyList<Decision>> DecisionsAsync(string deliveryId, CancellationToken cancellationToken = default);

    /// <summary>What was decided for any version of a document for one subject that counts still, oldest first.</summary>
    Task<IReadOnlyList<Decision>> DecisionsAsync(
        string source, string setKey, string subject, CancellationToken cancellationToken = default);
}
