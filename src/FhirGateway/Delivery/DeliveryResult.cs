namespace FhirGateway.Delivery;

/// <summary>What came of one attempt at a delivery.</summary>
public abstract record DeliveryResult;

/// <summary>The destination took the whole bundle.</summary>
/// <param name="Receipt">JSON: where each resource is now. No clinical text.</param>
public sealed record Delivered(string Receipt) : DeliveryResult;

/// <summary>Failed for a passing cause: tried again, for as long as it takes.</summary>
/// <param name="After">How long to wait at least, when the cause tells; null for the usual back-off.</param>
public sealed record TryAgain(string Reason, RetryCause Cause, TimeSpan? After = null) : DeliveryResult;

/// <summary>Waits for something named.</summary>
/// <param name="WaitsFor">Its name, e.g. a search or a correlation.</param>
public sealed record Park(string WaitsFor, string Reason) : DeliveryResult;

/// <summary>It turned out to belong to another lane than it was claimed in, where it must wait its turn; nothing was sent.</summary>
public sealed record Relane(string Lane, string Reason) : DeliveryResult;

/// <summary>Refused for good.</summary>
/// <param name="Outcome">JSON of an OperationOutcome that says why.</param>
public sealed record GiveUp(string Reason, string Outcome) : DeliveryResult;

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
