namespace FhirGateway.Destination;

/// <summary>A source that delivered elsewhere before: what it wrote there is there still, and nobody ends it.</summary>
/// <param name="From">The base URL of the destination before.</param>
/// <param name="To">The base URL of the one after.</param>
/// <param name="At">When that was noticed: at the start with the new setting.</param>
public sealed record MovedSource(string Source, string From, string To, DateTimeOffset At);
