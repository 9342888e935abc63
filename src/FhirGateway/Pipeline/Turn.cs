using FhirGateway.Ledger;

namespace FhirGateway.Pipeline;

/// <summary>A claimed delivery, and how long this gateway may work it.</summary>
/// <param name="Leaving">Its lane leaves this gateway: what is on its way is cut.</param>
public sealed record Turn(ClaimedDelivery Claim, CancellationToken Leaving = default)
{
    /// <summary>Whoever waits for the end of the attempt, however it ends; null for nobody.</summary>
    public TaskCompletionSource? Over { get; init; }
}
