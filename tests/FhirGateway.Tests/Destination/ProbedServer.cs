using FhirGateway.Destination;
using FhirGateway.Destination.Probing;
using FhirGateway.Settings;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace FhirGateway.Tests.Destination;

/// <summary>A destination that is probed, without a gateway around it.</summary>
internal static class ProbedServer
{
    /// <param name="kept">What is remembered of it; null for nothing.</param>
    public static (ProbedDestination Probed, DestinationPause Pause) Of(
        HttpMessageHandler wire, TimeProvider clock, Dictionary<string, (string, DateTimeOffset)>? kept = null)
    {
        var settings = Options.Create(new GatewaySettings());
        var pause = new DestinationPause(settings, clock, NullLogger<DestinationPause>.Instance);
        var limit = new ConcurrencyLimit(settings, clock);
        var server = new FhirServer(new FhirClient(DestinationClient.Create(
            settings.Value.Destination, new Uri("http://sandbox.invalid/fhir"), wire, pause, limit, clock)));
        kept ??= [];
        var memory = new DestinationMemory(
            _ => Task.FromResult<IReadOnlyDictionary<string, (string, DateTimeOffset)>>(kept),
            (name, value) =>
            {
                kept[name] = (value, clock.GetUtcNow());
                return Task.CompletedTask;
            });
        var known = new KnownDestination(server, settings.Value.Destination, memory, clock, NullLogger<KnownDestination>.Instance);
        return (Make(server, known, pause, memory, settings, clock), pause);
    }

    private static ProbedDestination Make(
        FhirServer server,
        KnownDestination known,
        DestinationPause pause,
        DestinationMemory memory,
        IOptions<GatewaySettings> settings,
        TimeProvider clock) =>
        new(server, known, pause, memory, settings.Value.Destination, settings, clock, NullLogger<ProbedDestination>.Instance);
}
