using FhirGateway.Destination.Probing;

namespace FhirGateway.Destination;

/// <summary>What is known of a destination by now; null, and false, where nothing is.</summary>
/// <param name="Features">What it says of itself.</param>
/// <param name="IgnoresCase">Whether its searches do, as a search showed.</param>
/// <param name="IsShownAtomic">It refused as a whole what could not be done whole.</param>
/// <param name="NotAtomicAt">When it answered success with failed entries inside.</param>
/// <param name="IsShownNotAtomic">It did so since the start, which no setting outweighs.</param>
/// <param name="RefusedClientIdsAt">When it refused an id that the gateway chose.</param>
/// <param name="RefusedEntries">The fewest entries that it refused as too many, and when.</param>
/// <param name="Probe">What the last probe saw; null where there was none.</param>
/// <param name="Written">How what it holds was written, as <c>WrittenWays</c> has it; null where it holds nothing.</param>
public sealed record DestinationFacts(
    DestinationFeatures? Features = null,
    bool? IgnoresCase = null,
    bool IsShownAtomic = false,
    DateTimeOffset? NotAtomicAt = null,
    bool IsShownNotAtomic = false,
    DateTimeOffset? RefusedClientIdsAt = null,
    (int Count, DateTimeOffset At)? RefusedEntries = null,
    ProbeResult? Probe = null,
    string? Written = null);
