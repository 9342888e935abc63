namespace FhirGateway.Settings;

/// <summary>How long what is settled is kept; what is owed is kept in any case.</summary>
public sealed class RetentionOptions
{
    /// <summary>
    /// How long a message's body is kept once all of its deliveries are delivered, dead or owe nothing (<c>30.00:00:00</c>: thirty days).
    /// Without its body nothing is replayed or sent again. Null: for ever, or as for all sources.
    /// </summary>
    public TimeSpan? Bodies { get; init; }

    /// <summary>
    /// How long the gateway remembers a message and its deliveries once they are settled and its body is gone: at least as long as
    /// <see cref="Bodies"/>, and 30 days. What its vendor sends again later is delivered again. Null: for ever, or as for all sources.
    /// </summary>
    public TimeSpan? Receipts { get; init; }

    /// <summary>
    /// As <see cref="Receipts"/>, for messages with a dead delivery, which nobody would know of otherwise. Null: for ever, or as for all
    /// sources.
    /// </summary>
    public TimeSpan? DeadReceipts { get; init; }

    /// <summary>These lengths of time, and the site's own where there is none.</summary>
    /// <param name="site">What holds for all sources.</param>
    public RetentionOptions Or(RetentionOptions site) => new()
    {
        Bodies = Bodies ?? site.Bodies,
        Receipts = Receipts ?? site.Receipts,
        DeadReceipts = DeadReceipts ?? site.DeadReceipts,
    };
}
