namespace FhirGateway.Destination;

/// <summary>What came of one attempt at a delivery.</summary>
public abstract record Outcome;

/// <summary>The destination took the whole bundle.</summary>
/// <param name="Receipt">JSON: where each resource is now. No clinical text.</param>
public sealed record Delivered(string Receipt) : Outcome;

/// <summary>Failed for a passing cause: tried again, for as long as it takes.</summary>
/// <param name="After">How long to wait at least, when the cause tells; null for the usual back-off.</param>
public sealed record TryAgain(string Reason, RetryCause Cause, TimeSpan? After = null) : Outcome;

/// <summary>Waits for something named.</summary>
/// <param name="WaitsFor">Its name, e.g. a search or a correlation.</param>
public sealed record Parked(string WaitsFor, string Reason) : Outcome;

/// <summary>Refused for good.</summary>
/// <param name="Outcome">JSON of an OperationOutcome that says why.</param>
public sealed record Dead(string Reason, string Outcome) : Outcome;

/// <summary>Why an attempt failed that may succeed later.</summary>
public enum RetryCause
{
    /// <summary>Lost a race with another write: a short, random wait.</summary>
    Conflict,

    /// <summary>The destination was not reached, was busy or broke.</summary>
    Unavailable,

    /// <summary>The destination refuses the gateway itself: somebody has to change its configuration.</summary>
    Misconfigured,
}
