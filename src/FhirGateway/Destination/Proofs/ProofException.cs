namespace FhirGateway.Destination.Proofs;

/// <summary>The gateway has nothing to prove itself with: nothing was sent to the destination.</summary>
/// <param name="message">Why, with the setting that it hangs on; no secret.</param>
/// <param name="isPassing">It may pass by itself; else somebody has to change something.</param>
/// <param name="after">How long the token endpoint asks to be left alone; null when it does not.</param>
public sealed class ProofException(string message, bool isPassing, TimeSpan? after = null, Exception? inner = null)
    : HttpRequestException(message, inner)
{
    public bool IsPassing { get; } = isPassing;

    public TimeSpan? After { get; } = after;
}
