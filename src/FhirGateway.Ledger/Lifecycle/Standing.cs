namespace FhirGateway.Ledger.Lifecycle;

/// <summary>
/// Where a delivery stands: all of it that changes in its life. <see cref="Transitions"/> says what can become of it; stores only keep it.
/// </summary>
internal sealed record Standing
{
    /// <summary>One of the seven states.</summary>
    public required DeliveryState State { get; init; }

    /// <summary>What must stay in order; another one once an attempt found out that it belongs elsewhere.</summary>
    public required string Lane { get; init; }

    /// <summary>Why it is in its state; null when there is nothing to say.</summary>
    public string? Reason { get; init; }

    /// <summary>Opaque JSON that says why (an OperationOutcome); null for nothing.</summary>
    public string? Outcome { get; init; }

    /// <summary>Dead because its sender was refused: a repeat may revive it.</summary>
    public bool Refused { get; init; }

    /// <summary>What it was parked for; kept while it is tried again, so that a person can decide about it meanwhile.</summary>
    public string? WaitsFor { get; init; }

    /// <summary>When it is tried next; null while it is being delivered, and once it is settled.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>While it is being delivered, until when it is one worker's own.</summary>
    public DateTimeOffset? LeaseUntil { get; init; }

    /// <summary>Since when it has waited for what it waits for now; null when it was not parked.</summary>
    public DateTimeOffset? ParkedSince { get; init; }

    /// <summary>Names the attempt that has it; null between attempts.</summary>
    public string? Token { get; init; }

    /// <summary>The process that has it, or had it last.</summary>
    public string? Holder { get; init; }

    /// <summary>How many attempts were begun in all.</summary>
    public int Attempts { get; init; }

    /// <summary>
    /// How many count towards back-off: those since it was recorded, parked, released or replayed that reached the destination.
    /// </summary>
    public int RoundAttempts { get; init; }

    /// <summary>Opaque JSON of the latest success; null before.</summary>
    public string? Receipt { get; init; }

    /// <summary>The first release tried it: what it wrote then lies on the destination under former keys.</summary>
    public bool FormerKeys { get; init; }

    /// <summary>It waits because the destination was down or busy: once that is back, it need not wait longer.</summary>
    public bool AwaitsDestination { get; init; }

    /// <summary>Parked, whether what it waits for is asked for together with what others wait for: no attempt finds out.</summary>
    public bool IsAskedFor { get; init; }

    /// <summary>Parked, whether nothing goes past it in its lane for a while; see <c>ILedger.ParkAsync</c>.</summary>
    public bool HoldsLane { get; init; }

    /// <summary>When it came to stand so; parked, when it was asked for last.</summary>
    public required DateTimeOffset ChangedAt { get; init; }

    /// <summary>Whether it is still owed.</summary>
    public bool IsOwed => State is DeliveryState.Pending or DeliveryState.Delivering or DeliveryState.Parked;
}
