namespace FhirGateway.Settings;

/// <summary>How long what is settled is kept; what is owed is kept in any case.</summary>
public sealed class RetentionOptions
{
    /// <summary>
    /// How long a message's body is kept once all of its deliveries are delivered, dead or owe nothing (<c>30.00:00:00</c>: thirty days).
    /// Without its body nothing is replayed or sent again. Null: for ever, or as for all sources.
    /// </summary>
    public TimeSpan? Bodies { get; init; }

    /// <summary>These lengths of time, and the site's own where there is none.</summary>
    /// <param name="site">What holds for all sources.</param>
    public RetentionOptions Or(RetentionOptions site) => new() { Bodies = Bodies ?? site.Bodies };
}
