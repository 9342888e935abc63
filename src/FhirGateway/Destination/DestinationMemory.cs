namespace FhirGateway.Destination;

/// <summary>Where what is learnt of the destination is kept for the next start.</summary>
/// <param name="Recall">All that is known, by name, and when it was learnt.</param>
/// <param name="Keep">Keeps a value under a name.</param>
public sealed record DestinationMemory(
    Func<CancellationToken, Task<IReadOnlyDictionary<string, (string Value, DateTimeOffset At)>>> Recall, Func<string, string, Task> Keep);
