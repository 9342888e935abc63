using FhirGateway.Settings;

namespace FhirGateway.Pipeline;

/// <summary>
/// When it is looked again whether what a parked delivery waits for is there: soon at first, then four times as long after each time. It
/// follows from how long the delivery has waited, so that nothing but that need be kept, and a restart changes nothing.
/// </summary>
public sealed class ParkedSchedule(DeliveryOptions options)
{
    private const int Growth = 4;

    // So far apart are the times on which looks fall: many that wait about as long are looked for together.
    private const int PartsOfWait = 5;

    /// <summary>When to look next.</summary>
    /// <param name="since">Since when it has waited.</param>
    /// <param name="takesAttempt">Only an attempt finds out, instead of a search that asks for many.</param>
    public DateTimeOffset Next(DateTimeOffset now, DateTimeOffset since, bool takesAttempt)
    {
        var wait = Wait(now - since, takesAttempt ? options.LongestWait : options.LongestParkedRetry);
        var grid = Math.Max(wait.Ticks / PartsOfWait, 1);
        var due = now + wait;
        return due.AddTicks((grid - due.UtcTicks % grid) % grid);
    }

    // A clock that was set back makes an age negative: it counts as none.
    private TimeSpan Wait(TimeSpan age, TimeSpan longest)
    {
        var (wait, passed) = (options.ParkedRetry, options.ParkedRetry);
        while (passed <= age && wait < longest)
        {
            wait *= Growth;
            if (wait > longest) return longest;
            passed += wait;
        }

        return wait;
    }
}
