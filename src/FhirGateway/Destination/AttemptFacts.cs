namespace FhirGateway.Destination;

/// <summary>What is known of the attempt that sends a bundle.</summary>
/// <param name="DeliveryId">Sent along, so that the destination's log can be matched with the ledger.</param>
/// <param name="Number">Which attempt this is since the delivery was recorded, parked or replayed, from 1.</param>
/// <param name="RefusalsSinceUnanswered">
/// How many attempts were refused since one that ended without an answer: the destination may be at work on that one still, and its
/// refusals may speak of it. Null when every attempt was answered.
/// </param>
public sealed record AttemptFacts(string DeliveryId, int Number, int? RefusalsSinceUnanswered)
{
    /// <summary>It was parked for a refusal without a reason: one more such refusal says nothing new.</summary>
    public bool WasRefusedSo { get; init; }
}
