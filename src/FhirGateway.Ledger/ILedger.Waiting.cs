namespace FhirGateway.Ledger;

/// <remarks>
/// How parked deliveries learn that what they wait for has come: it is asked for together, and no delivery is tried only to find out.
/// </remarks>
public partial interface ILedger
{
    /// <summary>When something that parked deliveries wait for is to be asked for next; null when nothing is.</summary>
    /// <param name="sources">Of which sources; null for all.</param>
    Task<DateTimeOffset?> NextAwaitedAsync(SourceFilter? sources = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Takes what is due to be asked for. Until the lease ends nobody else gets it; then it is due again, unless
    /// <see cref="AwaitAsync"/> or <see cref="ArrivedAsync"/> said before what came of it.
    /// </summary>
    /// <param name="max">How many names at most.</param>
    /// <param name="sources">Of which sources; null for all.</param>
    Task<IReadOnlyList<Awaited>> TakeAwaitedAsync(
        int max, TimeSpan lease, SourceFilter? sources = null, CancellationToken cancellationToken = default);

    /// <summary>It was asked for and is not there: it is asked for again when due.</summary>
    /// <param name="sources">Of which sources; null for all.</param>
    Task AwaitAsync(
        IReadOnlyCollection<(Awaited Awaited, DateTimeOffset DueAt)> missing,
        SourceFilter? sources = null,
        CancellationToken cancellationToken = default);

    /// <summary>Tries all parked deliveries at once that wait for one of these.</summary>
    /// <param name="names">As in <see cref="ParkAsync"/>.</param>
    /// <param name="how">How that is known, for the history.</param>
    /// <param name="sources">Of which sources; null for all.</param>
    /// <returns>How many deliveries.</returns>
    Task<int> ArrivedAsync(
        IReadOnlyCollection<string> names, string how, SourceFilter? sources = null, CancellationToken cancellationToken = default);

    /// <summary>All that is asked for is due now.</summary>
    /// <param name="sources">Of which sources; null for all.</param>
    /// <returns>How many deliveries wait for it.</returns>
    Task<int> AskNowAsync(SourceFilter? sources = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Tries all parked deliveries once by themselves: what they wait for may be called otherwise by now.
    /// </summary>
    /// <returns>How many deliveries.</returns>
    Task<int> TryParkedAsync(CancellationToken cancellationToken = default);
}

/// <summary>Something outside that parked deliveries wait for.</summary>
/// <param name="Name">As in <see cref="ILedger.ParkAsync"/>.</param>
/// <param name="Since">Since when the latest of them has waited for it.</param>
/// <param name="FirstSince">Since when the first of them has.</param>
/// <param name="AskedAt">When it was asked for last.</param>
/// <param name="TakenUntil">Until when it is the caller's to ask for.</param>
public sealed record Awaited(
    string Name, DateTimeOffset Since, DateTimeOffset FirstSince, DateTimeOffset AskedAt, DateTimeOffset TakenUntil);
