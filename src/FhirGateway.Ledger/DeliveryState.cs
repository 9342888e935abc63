namespace FhirGateway.Ledger;

/// <summary>
/// Where a delivery stands. Pending, delivering and parked ones are still owed; delivered, acknowledged and duplicate ones
/// are settled; a dead one waits for somebody to replay it.
/// </summary>
public enum DeliveryState
{
    /// <summary>Owed, and to be claimed when it is due and first in its lane.</summary>
    Pending,

    /// <summary>Claimed by a worker until its lease ends.</summary>
    Delivering,

    /// <summary>The destination took it; the receipt says what was created.</summary>
    Delivered,

    /// <summary>Waits for something named; tried again when due, or at once when that something arrives.</summary>
    Parked,

    /// <summary>Not tried any more, with an outcome that says why; can be replayed.</summary>
    Dead,

    /// <summary>An event that owes the destination nothing; the reason says why.</summary>
    Acknowledged,

    /// <summary>An event that another message had already brought; nothing is delivered for it.</summary>
    Duplicate,
}
