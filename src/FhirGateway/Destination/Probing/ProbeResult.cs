using FhirGateway.Settings;

namespace FhirGateway.Destination.Probing;

/// <summary>What a probe saw a destination do, point by point.</summary>
/// <param name="At">When.</param>
public sealed record ProbeResult(DateTimeOffset At)
{
    /// <summary>It refuses a transaction with a conditional reference that matches nothing; pretending, it stores it as it is.</summary>
    public Seen UnmatchedReferences { get; init; }

    /// <summary>It leaves nothing of a transaction of which one entry can't be done; pretending, it does the others.</summary>
    public Seen WholeTransactions { get; init; }

    /// <summary>It does two conditional updates in one transaction; pretending, it answers success and one is not there.</summary>
    public Seen ConditionalUpdates { get; init; }

    /// <summary>It heeds <c>ifNoneExist</c>; pretending, it creates what is there already once more.</summary>
    public Seen ConditionalCreates { get; init; }

    /// <summary>It takes a new resource under an id of the client's; pretending, it gives it another.</summary>
    public Seen ClientIds { get; init; }

    /// <summary>It does a FHIRPath Patch; pretending, it answers success and changes nothing.</summary>
    public Seen Patches { get; init; }

    /// <summary>It did not get to its end: the destination stopped answering.</summary>
    public bool IsCutOff { get; init; }

    /// <summary>What the destination does not let the gateway delete: the next probe uses the same.</summary>
    public IReadOnlyList<string> Left { get; init; } = [];

    /// <summary>Why notes would be lost or doubled there, written in this way, as a sentence; null where they would not.</summary>
    /// <param name="at">Where the destination is configured.</param>
    public string? WhyRefused(WritesSetting writes, string at)
    {
        var setting = $"{at}:Strategy:Writes";
        if (writes == WritesSetting.ClientIds)
        {
            return ClientIds is Seen.Refuses or Seen.Pretends
                ? $"It does not take ids from clients, by which {setting} says that notes are written: set another way."
                : null;
        }

        var otherwise = ClientIds == Seen.Does ? $" It does take ids from clients: {setting} may be ClientIds." : "";
        if (writes == WritesSetting.Conditional && ConditionalUpdates == Seen.Pretends)
        {
            return "Of two conditional updates in one transaction it lost one and answered success: notes would be lost there."
                + $" Mend it, or set {setting}.{otherwise}";
        }

        return ConditionalCreates == Seen.Pretends
            ? "It ignores ifNoneExist and creates once more what is there already: notes would be doubled there."
                + $" Mend it, or set {setting}.{otherwise}"
            : null;
    }
}

/// <summary>What was seen of one point.</summary>
public enum Seen
{
    /// <summary>Nothing that tells.</summary>
    Nothing,

    /// <summary>It does it.</summary>
    Does,

    /// <summary>It refuses, and says so.</summary>
    Refuses,

    /// <summary>It answers success, and did something else.</summary>
    Pretends,
}
