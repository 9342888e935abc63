using FhirGateway.Destination;
using FhirGateway.Ledger;

namespace FhirGateway.Pipeline;

/// <summary>What came of one attempt, and what the ledger must know of it.</summary>
/// <param name="Versions">What is on the destination now; of what is only partly written, the document's version.</param>
/// <param name="Ended">Versions that no longer count.</param>
public sealed record Attempt(Outcome Outcome, IReadOnlyList<NewVersion> Versions, IReadOnlyList<EndedVersions> Ended)
{
    /// <summary>An attempt that changed no version.</summary>
    public static Attempt Of(Outcome outcome) => new(outcome, [], []);
}
