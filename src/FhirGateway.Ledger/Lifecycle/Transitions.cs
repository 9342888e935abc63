namespace FhirGateway.Ledger.Lifecycle;

/// <summary>
/// What can become of a delivery, as pure functions: the same in every store. Those that return null say that it can't become that from
/// where it stands.
/// </summary>
internal static class Transitions
{
    /// <summary>How the delivery of a new event begins.</summary>
    /// <param name="holder">The delivery that the event has already; null for none.</param>
    /// <param name="hasChanged">It came again with other content.</param>
    public static Standing Begin(NewDelivery delivery, string? holder, bool hasChanged, DateTimeOffset now)
    {
        var standing = new Standing { State = DeliveryState.Pending, Lane = delivery.Lane, ChangedAt = now };
        return (delivery.Dead, delivery.Acknowledged, holder) switch
        {
            ({ } dead, _, _) => standing with { State = DeliveryState.Dead, Reason = dead.Reason, Outcome = dead.Outcome },
            (_, { } why, _) => standing with { State = DeliveryState.Acknowledged, Reason = why },
            (_, _, not null) => standing with
            {
                State = DeliveryState.Duplicate,
                Reason = "the event was already recorded" + (hasChanged ? ", with other content" : ""),
            },
            _ => standing with { DueAt = delivery.HeldUntil ?? now },
        };
    }

    /// <summary>A worker has it until its lease ends.</summary>
    public static Standing Claimed(this Standing before, string token, string holder, DateTimeOffset leaseUntil, DateTimeOffset now) =>
        before with
        {
            State = DeliveryState.Delivering,
            Token = token,
            Holder = holder,
            LeaseUntil = leaseUntil,
            DueAt = null,
            Attempts = before.Attempts + 1,
            RoundAttempts = before.RoundAttempts + 1,
            ChangedAt = now,
        };

    /// <summary>Whether the attempt that this token names has it still.</summary>
    public static bool IsHeldBy(this Standing standing, string token) =>
        standing.State == DeliveryState.Delivering && standing.Token == token;

    /// <summary>The destination took it.</summary>
    public static Standing Delivered(this Standing before, string receipt, DateTimeOffset now) => before.Free(now) with
    {
        State = DeliveryState.Delivered,
        Receipt = receipt,
        FormerKeys = false,
        Reason = null,
        Outcome = null,
        WaitsFor = null,
        ParkedSince = null,
    };

    /// <summary>The attempt failed in a way that may pass.</summary>
    /// <param name="counts">Whether it lengthens the next wait.</param>
    public static Standing Retried(
        this Standing before, string reason, DateTimeOffset dueAt, bool counts, bool awaitsDestination, DateTimeOffset now) =>
        before.Free(now) with
        {
            State = DeliveryState.Pending,
            DueAt = dueAt,
            Reason = reason,
            AwaitsDestination = awaitsDestination,
            RoundAttempts = before.RoundAttempts - (counts ? 0 : 1),
        };

    /// <summary>It goes back to wait its turn in another lane; the attempt does not count.</summary>
    public static Standing Relaned(this Standing before, string lane, string reason, DateTimeOffset now) => before.Free(now) with
    {
        State = DeliveryState.Pending,
        Lane = lane,
        DueAt = now,
        Reason = reason,
        RoundAttempts = before.RoundAttempts - 1,
    };

    /// <summary>It waits for something named.</summary>
    /// <param name="dueAt">When it is asked for again unless it is announced before.</param>
    /// <param name="isAskedFor">Whether that is asked for without an attempt.</param>
    /// <param name="holdsLane">Whether what comes after it in its lane waits for a while, too.</param>
    public static Standing Parked(
        this Standing before,
        string waitsFor,
        string reason,
        string? outcome,
        DateTimeOffset dueAt,
        bool isAskedFor,
        bool holdsLane,
        DateTimeOffset now) =>
        before.Free(now) with
        {
            State = DeliveryState.Parked,
            WaitsFor = waitsFor,
            Reason = reason,
            Outcome = outcome,
            ParkedSince = before.WaitsFor == waitsFor ? before.ParkedSince ?? now : now,
            RoundAttempts = 0,
            DueAt = dueAt,
            IsAskedFor = isAskedFor,
            HoldsLane = holdsLane,
        };

    /// <summary>It is not tried again until somebody replays it.</summary>
    public static Standing Dead(this Standing before, string reason, string outcome, DateTimeOffset now) => before.Free(now) with
    {
        State = DeliveryState.Dead,
        Refused = false,
        Reason = reason,
        Outcome = outcome,
        WaitsFor = null,
        ParkedSince = null,
    };

    /// <summary>Its sender was refused after it was recorded; null once a worker has it, or it is settled.</summary>
    public static Standing? Refuse(this Standing before, string reason, string outcome, DateTimeOffset now) =>
        before.State is not (DeliveryState.Pending or DeliveryState.Parked) ? null : before with
        {
            State = DeliveryState.Dead,
            Refused = true,
            Reason = reason,
            Outcome = outcome,
            DueAt = null,
            WaitsFor = null,
            ParkedSince = null,
            ChangedAt = now,
        };

    /// <summary>Its receiver does not refuse it: it need not wait any longer. Null when it is not pending.</summary>
    public static Standing? Proceed(this Standing before, DateTimeOffset now) => before.State != DeliveryState.Pending
        ? null
        : before with { DueAt = before.DueAt < now ? before.DueAt : now };

    /// <summary>What a parked one waited for has arrived.</summary>
    public static Standing Released(this Standing before, DateTimeOffset now) =>
        before with { State = DeliveryState.Pending, DueAt = now, ChangedAt = now };

    /// <summary>A person decided what it waited for. One that is being tried right now learns of it at its own end.</summary>
    public static Standing Decided(this Standing before, DateTimeOffset now) => before.State == DeliveryState.Delivering
        ? before
        : before with { State = DeliveryState.Pending, DueAt = now, WaitsFor = null, ChangedAt = now };

    /// <summary>Whether somebody may have it delivered again, as far as it goes by itself.</summary>
    public static bool CanBeReplayed(this Standing standing) => standing.State is
        DeliveryState.Dead or DeliveryState.Parked or DeliveryState.Delivered or DeliveryState.Pending;

    /// <summary>Whether a repeat of its message may revive it.</summary>
    public static bool CanBeRevived(this Standing standing) => standing is { State: DeliveryState.Dead, Refused: true };

    /// <summary>It begins anew, whatever came of it before.</summary>
    public static Standing Again(this Standing before, string reason, DateTimeOffset dueAt, DateTimeOffset now) => before with
    {
        State = DeliveryState.Pending,
        DueAt = dueAt,
        Refused = false,
        RoundAttempts = 0,
        WaitsFor = null,
        ParkedSince = null,
        Reason = reason,
        Outcome = null,
        ChangedAt = now,
    };

    private static Standing Free(this Standing before, DateTimeOffset now) =>
        before with { Token = null, LeaseUntil = null, ChangedAt = now };
}
