using FhirGateway.Destination;
using FhirGateway.Destination.Probing;

namespace FhirGateway.Api;

/// <summary>What the gateway knows of its destination, and how it writes to it. No secret, and nothing of a patient.</summary>
internal static class DestinationEndpoint
{
    public static async Task<IResult> AllAsync(
        FhirServer server,
        KnownDestination known,
        DestinationPause pause,
        ConcurrencyLimit limit,
        ProbedDestination probed,
        CancellationToken cancellationToken) =>
        Results.Ok(new { destinations = new[] { await ShownAsync("default", server, known, pause, limit, probed, cancellationToken) } });

    private static async Task<object> ShownAsync(
        string name,
        FhirServer server,
        KnownDestination known,
        DestinationPause pause,
        ConcurrencyLimit limit,
        ProbedDestination probed,
        CancellationToken cancellationToken) => new
        {
            name,

            // The rest of a URL may hold a tenant's name, or worse.
            host = new Uri(server.BaseUrl).Authority,
            paused = pause.Remaining > TimeSpan.Zero || pause.Why is not null
                ? new { seconds = Math.Ceiling(pause.Remaining.TotalSeconds), because = pause.Why }
                : null,
            concurrency = new { now = limit.Current, most = limit.Most },
            strategy = Shown(await known.StrategyAsync(cancellationToken)),
            probe = probed.Last is { } saw ? Shown(saw) : null,
            refused = probed.WhyRefused,
            known.Notes,
        };

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
