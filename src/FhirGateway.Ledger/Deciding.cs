namespace FhirGateway.Ledger;

/// <summary>What a person decided for a delivery that could not go on by itself.</summary>
/// <param name="About">What the delivery waited for: the decision holds for that, and for nothing that comes up later.</param>
/// <param name="Choice">One of the words that were to choose from.</param>
/// <param name="Reason">The person's own words.</param>
/// <param name="By">Who it was, as the API's token names them.</param>
public sealed record Decision(string About, string Choice, string Reason, string By, DateTimeOffset At);

/// <summary>What came of a decision.</summary>
public enum DecisionResult
{
    /// <summary>It is kept, and the delivery is due now.</summary>
    Decided,

    /// <summary>There is no such delivery.</summary>
    Unknown,

    /// <summary>The delivery does not wait for a decision of this kind.</summary>
    NotAsked,

    /// <summary>It waits for something else by now than when the person looked.</summary>
    AskedOtherwise,
}
