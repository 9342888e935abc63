using System.Text.Json.Nodes;
using FhirGateway.Destination;
using FhirGateway.Destination.Proofs;
using FhirGateway.Ledger;
using FhirGateway.Settings;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace FhirGateway.Api;

/// <summary>Whether a message could be recorded now. It writes nothing.</summary>
internal sealed class LedgerCheck(ILedger ledger, IOptions<GatewaySettings> settings) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await ledger.RequireWritableAsync(settings.Value.Ledger.LeastFreeBytes, cancellationToken);
            return ledger.IndexFailure is null
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Degraded("Messages are taken, but the ledger does not get to what they owe: is its disk full?");
        }
        catch (FileNotFoundException)
        {
            return HealthCheckResult.Unhealthy("The ledger's file is gone: stop the gateway, put the file back or begin a new one.");
        }
        catch (IOException)
        {
            return HealthCheckResult.Unhealthy("The ledger's disk is nearly full.");
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            return HealthCheckResult.Unhealthy("The ledger can't be written.");
        }
    }
}

/// <summary>
/// Whether the destination answers, what on it needs a person, and what is known of it. While it doesn't answer, messages are still taken
/// and wait in the ledger: the gateway is degraded, and ready.
/// </summary>
internal sealed class DestinationCheck(
    KnownDestination destination,
    DestinationPause pause,
    SharedResources shared,
    DestinationTransport transport,
    DestinationOptions options,
    AccessTokens? tokens = null) : IHealthCheck
{
    /// <summary>Under which name the check's data hold what is known.</summary>
    public const string Notes = "notes";

    // Whoever asks whether the gateway is ready doesn't wait for a destination that hangs.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    /// <summary>Adds the check of one destination.</summary>
    public static void Add(IHealthChecksBuilder checks, ConfiguredDestination destination) => checks.Add(new HealthCheckRegistration(
        destination.IsDefault ? "destination" : $"destination:{destination.Name}",
        program => ActivatorUtilities.CreateInstance<DestinationCheck>(
            program.GetRequiredService<AllDestinations>().All.First(each => each.Name == destination.Name).Parts),
        failureStatus: null,
        tags: null));

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        var problem = "The destination does not answer as a FHIR server: messages are taken and wait.";
        try
        {
            // The sandbox is a part of this process: asking it would only load the SDK's model while somebody waits for the start.
            var isSandbox = options.BaseUrl is not { Length: > 0 };
            if (isSandbox || await destination.IsReachableAsync(limit.Token)) problem = string.Join(' ', shared.Doubles);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            problem = "The destination does not answer in time: messages are taken and wait.";
        }

        if (pause.Remaining is { Ticks: > 0 } left)
            problem = $"The destination is left alone for {Math.Ceiling(left.TotalSeconds)} s more: messages are taken and wait.";
        if (pause.Why is { } why) problem = $"The destination takes nothing: {why}. Messages are taken and wait.";
        IReadOnlyList<string> known = destination.Notes;
        if (tokens?.Doubt is { } lacks) known = [lacks, .. known];
        if (transport.Doubt is var (words, isOver))
        {
            if (isOver) problem = words;
            else known = [words, .. known];
        }

        var notes = new Dictionary<string, object> { [Notes] = known };
        return problem.Length == 0 ? HealthCheckResult.Healthy(data: notes) : HealthCheckResult.Degraded(problem, data: notes);
    }
}

/// <summary>The answer to who asks whether the gateway is ready: each check by name.</summary>
internal static class HealthAnswer
{
    public static Task WriteAsync(HttpContext call, HealthReport report)
    {
        var checks = report.Entries.Select(entry => KeyValuePair.Create(
            entry.Key,
            (JsonNode?)Shown(
                entry.Value.Status,
                entry.Value.Description,
                entry.Value.Data.GetValueOrDefault(DestinationCheck.Notes) as IReadOnlyList<string> ?? [])));
        var body = Shown(report.Status, null, []);
        body["checks"] = new JsonObject(checks);
        call.Response.ContentType = "application/json";
        return call.Response.WriteAsync(body.ToJsonString(), call.RequestAborted);
    }

    private static JsonObject Shown(HealthStatus status, string? why, IReadOnlyList<string> notes)
    {
        var shown = new JsonObject { ["status"] = status.ToString().ToLowerInvariant() };
        if (why is not null) shown["reason"] = why;
        if (notes.Count > 0) shown["notes"] = new JsonArray([.. notes.Select(note => (JsonNode?)note)]);
        return shown;
    }
}
