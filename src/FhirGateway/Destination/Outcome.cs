using FhirGateway.Mapping;

namespace FhirGateway.Destination;

/// <summary>What came of one attempt at a delivery.</summary>
public abstract record Outcome
{
    /// <summary>What was odd about what was translated; null where nothing was.</summary>
    public Doubts? Doubts { get; init; }

    /// <summary>Not all is done, but some of it is confirmed to be on the destination: whatever comes next must count with it.</summary>
    public bool IsPartlyWritten { get; init; }
}

/// <summary>The destination took the whole bundle.</summary>
/// <param name="Receipt">JSON: where each resource is now. No clinical text.</param>
public sealed record Delivered(string Receipt) : Outcome;

/// <summary>Failed for a passing cause: tried again, for as long as it takes.</summary>
/// <param name="After">How long to wait at least, when the cause tells; null for the usual back-off.</param>
public sealed record TryAgain(string Reason, RetryCause Cause, TimeSpan? After = null) : Outcome
{
    /// <summary>
    /// What was sent was not answered: the destination may have done it, or may be at work on it still, and what it says to the next
    /// attempt may speak of that.
    /// </summary>
    public bool MayBeAtWork { get; init; }

    /// <summary>Nothing was sent: the attempt doesn't count, and lengthens no wait.</summary>
    public bool NeverLeft { get; init; }

    /// <summary>Nothing but the destination keeps it back: once that takes something again, this goes out at once.</summary>
    public bool AwaitsDestination { get; init; } = Cause == RetryCause.Unavailable;
}

/// <summary>Waits for something named.</summary>
/// <param name="WaitsFor">Its name, e.g. a search or a correlation.</param>
public sealed record Parked(string WaitsFor, string Reason) : Outcome
{
    /// <summary>JSON of an OperationOutcome with what was answered; null where nothing was.</summary>
    public string? Outcome { get; init; }
}

/// <summary>Not tried any more until somebody replays it.</summary>
/// <param name="Outcome">JSON of an OperationOutcome that says why.</param>
public sealed record Dead(string Reason, string Outcome) : Outcome
{
    /// <summary>Dead because of what was found wrong before anything was sent.</summary>
    /// <param name="problems">What is wrong; where none of them is an error, the reason is.</param>
    public static Dead Of(string reason, IReadOnlyList<Problem> problems)
    {
        var errors = problems.Where(problem => problem.Severity == ProblemSeverity.Error).ToList();
        if (errors.Count == 0) errors.Add(Problem.Error("processing", reason));
        var text = string.Join(" ", errors.Select(problem => $"{problem.Text}{At(problem)}"));
        return new Dead($"{reason}: {text}", OutcomeJson.Text(problems.Count == 0 ? errors : problems));
    }

    private static string At(Problem problem) => problem.Pointer is { Length: > 0 } pointer ? $" (at {pointer})" : "";
}

/// <summary>Why an attempt failed that may succeed later.</summary>
public enum RetryCause
{
    /// <summary>Lost a race with another write: a short, random wait.</summary>
    Conflict,

    /// <summary>The destination was not reached, was busy or broke.</summary>
    Unavailable,

    /// <summary>The destination refuses the gateway itself: somebody has to change its configuration.</summary>
    Misconfigured,

    /// <summary>The gateway's own ledger did not answer, or refused: a short wait.</summary>
    Ledger,

    /// <summary>The claim was another worker's by the time that anything could be sent.</summary>
    TakenOver,
}
