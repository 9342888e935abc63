using System.Diagnostics;
using FhirGateway.Chaos.Destination;
using FhirGateway.Chaos.Gateways;
using FhirGateway.Chaos.Vendors;

namespace FhirGateway.Chaos.Faults;

/// <summary>All that faults are made with.</summary>
internal sealed record Scene(
    ChaosOptions Options,
    IReadOnlyList<GatewayNode> Nodes,
    FaultyProxy Proxy,
    FhirSite Site,
    LedgerDisk? Disk,
    PostgresServer? Postgres,
    SteppedClock Clock,
    Journal Journal)
{
    /// <summary>How long the lease of a delivery is, the shortest that settings allow: what hangs longer has lost it.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);

    /// <summary>Chance of this run, the same for the same seed.</summary>
    public Random Chance { get; } = new(Options.Seed);

    /// <summary>What was wrong about a fault itself, such as a gateway that ended with an exit code of failure.</summary>
    public List<string> Problems { get; } = [];

    /// <summary>One gateway, by chance.</summary>
    public GatewayNode AnyNode() => Nodes[Chance.Next(Nodes.Count)];

    /// <summary>Lets a passing fault last.</summary>
    public Task HoldAsync(TimeSpan? time = null) => Task.Delay(time ?? Options.Window);

    /// <summary>
    /// Waits until all is normal: a webhook is taken that was sent after the fault, and all that was owed at its end is on the FHIR server.
    /// </summary>
    /// <returns>How long it took; null when it was not within the limit.</returns>
    public async Task<TimeSpan?> NormalAsync(Task senders)
    {
        var ended = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(ended) is var passed && passed < Options.Limit)
        {
            var isTaken = senders.IsCompleted || Journal.HasAcknowledgedSince(ended);
            if (isTaken && Journal.Owed(acknowledgedBefore: ended) == 0) return passed;
            await Task.Delay(10);
        }

        return null;
    }

    /// <summary>Ends every gateway as an operator does.</summary>
    public async Task StopAllAsync()
    {
        foreach (var node in Nodes) await StopAsync(node);
    }

    /// <summary>Ends a gateway as an operator does: it must end well.</summary>
    public async Task StopAsync(GatewayNode node)
    {
        var begun = Stopwatch.GetTimestamp();
        var code = await node.SignalAsync("TERM");
        if (code != 0) Problems.Add($"gateway {node.Number} ended with {code} after SIGTERM");
        if (Stopwatch.GetElapsedTime(begun) > ShutdownLimit) Problems.Add($"gateway {node.Number} took too long to stop");
    }

    public async Task StartAllAsync(IReadOnlyDictionary<string, string>? environment = null)
    {
        foreach (var node in Nodes) await node.StartAsync(environment);
    }

    // The gateways' own limit, and what a busy machine needs for the process to end.
    private static readonly TimeSpan ShutdownLimit = TimeSpan.FromSeconds(10 + 20);
}
