namespace FhirGateway.Settings;

/// <summary>
/// How the destination is written to, where the site decides it; what is null is found out (docs/destinations.md). What the destination
/// holds already must have been written in the same way.
/// </summary>
public sealed class StrategyOptions
{
    /// <summary>How what has an identifier is created and updated.</summary>
    public WritesSetting? Writes { get; init; }

    /// <summary>Who finds what a note refers to.</summary>
    public ReferencesSetting? References { get; init; }

    /// <summary>In which request an earlier version is ended.</summary>
    public PredecessorSetting? Predecessor { get; init; }

    /// <summary>The most entries of one transaction, from 1.</summary>
    public int? Entries { get; init; }

    /// <summary>Whether an earlier version is ended by a FHIRPath Patch; false: it is sent whole.</summary>
    public bool? Patch { get; init; }

    /// <summary>What a transaction's answer shall hold (http://hl7.org/fhir/R4/http.html#ops).</summary>
    public PreferSetting? Prefer { get; init; }
}

/// <summary>How what has an identifier is created and updated.</summary>
public enum WritesSetting
{
    /// <summary>By a conditional update on the gateway's own identifier.</summary>
    Conditional,

    /// <summary>By an update to an id that the gateway makes of that identifier.</summary>
    ClientIds,

    /// <summary>
    /// By an update to the id that a search found, if it is the version still that was found; else by a conditional create.
    /// </summary>
    LookedUp,

    /// <summary>By conditional creates only: what would change something that is there is refused, and says so.</summary>
    CreatesOnly,
}

/// <summary>Who finds what a note refers to.</summary>
public enum ReferencesSetting
{
    /// <summary>The gateway: it searches, compares letter by letter, and sends <c>Type/id</c>.</summary>
    Resolved,

    /// <summary>The destination: it is sent <c>Type?identifier=…</c>.</summary>
    Conditional,
}

/// <summary>In which request an earlier version is ended.</summary>
public enum PredecessorSetting
{
    /// <summary>In the transaction that brings its successor, which must be done wholly or not at all.</summary>
    SameTransaction,

    /// <summary>In a request of its own, once the successor is confirmed.</summary>
    After,
}

/// <summary>What a transaction's answer shall hold.</summary>
public enum PreferSetting
{
    /// <summary>As the destination likes: nothing is said.</summary>
    Unsaid,

    /// <summary><c>return=minimal</c></summary>
    Minimal,

    /// <summary><c>return=representation</c></summary>
    Representation,
}
