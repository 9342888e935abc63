using FhirGateway.Destination;
using FhirGateway.Ledger;
using FhirGateway.Settings;
using Microsoft.Extensions.Options;

namespace FhirGateway.Pipeline;

/// <summary>
/// One identity is always written in one way: what a destination holds already is not written in another. A gateway that is told to does
/// not start.
/// </summary>
public sealed class SameWrites(ILedger ledger, FhirServer destination, DestinationMemory memory, DestinationOptions options)
    : IHostedService
{
    // Programs before this one remembered nothing, and wrote by identifiers.
    private const string Subject = "gateway";
    private const string Remembers = "remembers-writes";

    /// <inheritdoc/>
    /// <exception cref="OptionsValidationException">The destination's resources were written in another way.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // The sandbox holds nothing after a start.
        if (options.BaseUrl is not { Length: > 0 }) return;
        var before = (await memory.Recall(cancellationToken)).GetValueOrDefault(WrittenWays.Fact).Value;
        if (!(await ledger.LearntAsync(Subject, cancellationToken)).ContainsKey(Remembers))
        {
            var delivered = await ledger.DeliveriesAsync(
                new DeliveryFilter(States: [DeliveryState.Delivered], Limit: 1), cancellationToken);
            if (before is null && delivered.Count > 0)
                await memory.Keep(WrittenWays.Fact, before = WrittenWays.ByIdentifier);
            await ledger.LearnAsync(Subject, Remembers, "yes", cancellationToken);
        }

        if (before is null || options.Strategy.Writes is not { } set || WrittenWays.Of(set) == before) return;
        var host = new Uri(destination.BaseUrl).Authority;
        var was = before == WrittenWays.ByIdentifier ? "by their identifiers (Conditional, LookedUp or CreatesOnly)" : "by ClientIds";
        throw new OptionsValidationException(
            GatewaySettings.Section,
            typeof(GatewaySettings),
            [
                $"{options.At}:Strategy:Writes is {set}, and {host} holds resources that were written {was}: written in two ways, "
                + "one note would be there twice. Set it as it was, or deliver to a server that holds none of them.",
            ]);
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
