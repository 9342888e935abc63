using System.Globalization;
using System.Text.Json;

namespace FhirGateway.Destination.Proofs;

/// <summary>An access token (RFC 6749, 5.1).</summary>
/// <param name="Value">The secret itself: for the destination alone.</param>
/// <param name="Lifetime">How long it is used, within bounds.</param>
/// <param name="GotAt">When it was got, on the monotonic clock.</param>
/// <param name="Scope">What it is good for; null where that is what was asked for.</param>
public sealed record AccessToken(string Value, TimeSpan Lifetime, long GotAt, string? Scope)
{
    // What SMART recommends, for servers that don't say. A longer life than an hour would outlive what was taken from the client; one that
    // is shorter than half a minute would have the gateway ask for tokens more than for anything else.
    private static readonly TimeSpan Unsaid = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(30);

    /// <summary>When it is renewed, though it holds still: so that nobody waits for the next one.</summary>
    public TimeSpan DueAfter => Lifetime * 0.75;

    /// <summary>Neither the record's own text nor anything that prints it may show the token.</summary>
    public override string ToString() => nameof(AccessToken);

    /// <summary>How long a token is used by the answer's <c>expires_in</c>: some servers write it as text, or with a fraction.</summary>
    public static TimeSpan LifetimeOf(JsonElement answer)
    {
        if (!answer.TryGetProperty("expires_in", out var said)) return Unsaid;
        var text = said.ValueKind == JsonValueKind.String ? said.GetString() : said.GetRawText();
        var isNumber = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && !double.IsNaN(seconds);
        if (!isNumber) return Unsaid;
        return TimeSpan.FromSeconds(Math.Clamp(seconds, Shortest.TotalSeconds, Longest.TotalSeconds));
    }
}
