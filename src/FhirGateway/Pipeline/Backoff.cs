using System.Diagnostics.CodeAnalysis;
using FhirGateway.Destination;
using FhirGateway.Settings;

namespace FhirGateway.Pipeline;

/// <summary>
/// How long to wait before the next attempt. Waits grow and are random, so that deliveries that failed together don't return together.
/// </summary>
public static class Backoff
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FirstWhenMisconfigured = TimeSpan.FromSeconds(30);

    /// <param name="attempt">Which attempt failed, from 1.</param>
    /// <param name="limits">
    /// No wait is longer than its <see cref="DeliveryOptions.LongestWait"/>, unless the destination asks for it itself, and none that it
    /// asks for is longer than <see cref="DeliveryOptions.LongestRetryAfter"/>.
    /// </param>
    /// <param name="chance">From 0 to 1.</param>
    public static TimeSpan Wait(TryAgain failure, int attempt, DeliveryOptions limits, double chance)
    {
        var longest = limits.LongestWait;
        var wait = failure.Cause switch
        {
            // Races are over within milliseconds; many in a row mean a busy server, which deserves longer rests.
            RetryCause.Conflict => Grown(TimeSpan.FromMilliseconds(50), attempt, longest, chance),
            RetryCause.Misconfigured => Grown(FirstWhenMisconfigured, attempt, longest, chance),
            _ => Grown(First, attempt, longest, chance),
        };
        if (failure.After is not { } after) return wait;
        var asked = after < limits.LongestRetryAfter ? after : limits.LongestRetryAfter;
        return asked > wait ? asked : wait;
    }

    /// <summary>A chance for <see cref="Wait"/>. Nothing secret hangs on it.</summary>
    [SuppressMessage("Security", "CA5394", Justification = "Spreads retries; not a secret.")]
    public static double Chance() => Random.Shared.NextDouble();

    private static TimeSpan Grown(TimeSpan first, int attempt, TimeSpan longest, double chance)
    {
        var most = first * Math.Pow(2, Math.Min(attempt, 30));
        if (most > longest) most = longest;
        return most * (0.5 + chance / 2);
    }
}
