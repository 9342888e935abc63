using FhirGateway.Destination;
using FhirGateway.Destination.Probing;

namespace FhirGateway.Api;

/// <summary>What the gateway knows of its destination, and how it writes to it. No secret, and nothing of a patient.</summary>
internal static class DestinationEndpoint
{
    public static async Task<IResult> AllAsync(AllDestinations destinations, CancellationToken cancellationToken)
    {
        var shown = new List<object>();
        foreach (var (name, parts) in destinations.All)
        {
            var url = parts.GetRequiredService<FhirServer>().BaseUrl;
            shown.Add(await ShownAsync(name, parts, destinations.Moved.Where(each => each.To == url), cancellationToken));
        }

        return Results.Ok(new { destinations = shown });
    }

    private static string HostOf(string baseUrl) => new Uri(baseUrl).Authority;

    /// <param name="moved">The sources that delivered elsewhere before.</param>
    private static async Task<object> ShownAsync(
        string name, IServiceProvider parts, IEnumerable<MovedSource> moved, CancellationToken cancellationToken)
    {
        var (known, probed) = (parts.GetRequiredService<KnownDestination>(), parts.GetRequiredService<ProbedDestination>());
        var (pause, limit) = (parts.GetRequiredService<DestinationPause>(), parts.GetRequiredService<ConcurrencyLimit>());
        return new
        {
            name,

            // The rest of a URL may hold a tenant's name, or worse.
            host = HostOf(parts.GetRequiredService<FhirServer>().BaseUrl),
            paused = pause.Remaining > TimeSpan.Zero || pause.Why is not null
                ? new { seconds = Math.Ceiling(pause.Remaining.TotalSeconds), because = pause.Why }
                : null,
            concurrency = new { now = limit.Current, most = limit.Most },
            strategy = Shown(await known.StrategyAsync(cancellationToken)),
            probe = probed.Last is { } saw ? Shown(saw) : null,
            refused = probed.WhyRefused,
            moved = moved.Select(each => new { each.Source, from = HostOf(each.From), each.At }),
            known.Notes,
        };
    }

    private static object Shown(Strategy strategy) => new
    {
        writes = Shown(strategy.Writes),
        clientIds = Shown(strategy.ClientIds),
        references = Shown(strategy.References),
        predecessor = Shown(strategy.Predecessor),
        entries = Shown(strategy.Entries),
        patch = Shown(strategy.Patch),
        prefer = Shown(strategy.Prefer),
    };

    private static object Shown(ProbeResult saw) => new
    {
        saw.At,
        saw.IsCutOff,
        refusesUnmatchedReferences = saw.UnmatchedReferences.ToString(),
        wholeTransactions = saw.WholeTransactions.ToString(),
        conditionalUpdates = saw.ConditionalUpdates.ToString(),
        conditionalCreates = saw.ConditionalCreates.ToString(),
        clientIds = saw.ClientIds.ToString(),
        patches = saw.Patches.ToString(),
        saw.Left,
    };

    // Enums as they are written in the settings.
    private static object Shown<T>(Choice<T> choice) =>
        new { @is = choice.Is is Enum value ? value.ToString() : (object?)choice.Is, choice.Because };
}
