namespace FhirGateway.Validation.Terminology;

/// <summary>Whether a code belongs somewhere. Unknown is an answer of its own: it must never count as a yes or a no.</summary>
public enum Membership
{
    No,
    Yes,

    /// <summary>It can't be told: the code system, or a value set it depends on, is not here.</summary>
    Unknown,
}

/// <summary>The answer to "is this code in that value set (or code system)?".</summary>
/// <param name="Membership">Yes, no or unknown.</param>
/// <param name="Reason">Why the answer is no or unknown; null for a yes.</param>
/// <param name="Display">The code's preferred display where it is known.</param>
public sealed record CodeAnswer(Membership Membership, string? Reason = null, string? Display = null)
{
    internal static CodeAnswer Yes { get; } = new(Membership.Yes);

    // Reasons quote codes and urls, which may be of any length.
    private const int MaxReason = 500;

    internal static CodeAnswer No(string reason) => new(Membership.No, Shortened(reason));

    internal static CodeAnswer Unknown(string reason) => new(Membership.Unknown, Shortened(reason));

    private static string Shortened(string reason) => reason.Length <= MaxReason ? reason : string.Concat(reason.AsSpan(0, MaxReason), "…");
}
