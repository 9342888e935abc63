namespace FhirGateway.Destination;

/// <summary>How large a transaction may be.</summary>
/// <param name="Set">The most entries, as somebody has set, who is believed; null for as many as there are.</param>
/// <param name="Refused">The fewest entries that the destination has refused as too many; null when it has not.</param>
public sealed record EntryLimit(int? Set, int? Refused)
{
    /// <summary>The most entries that parts are made of: half of what was refused, for no server says how many it takes.</summary>
    public int? Target => Set ?? (Refused is { } refused ? Math.Max(refused / 2, 1) : null);

    /// <summary>Whether what can't be divided may be tried: what was refused once need not be refused today.</summary>
    public bool Allows(int count) => count <= (Set ?? int.MaxValue);
}
