using System.Text.Json.Nodes;
using FhirGateway.Destination;
using FhirGateway.Ledger.Sqlite;
using FhirGateway.Settings;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace FhirGateway.Api;

/// <summary>Whether a message could be recorded now. It writes nothing.</summary>
internal sealed class LedgerCheck(SqliteLedger ledger, IOptions<GatewaySettings> settings) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await ledger.RequireWritableAsync(settings.Value.Ledger.LeastFreeBytes, cancellationToken);
            return HealthCheckResult.Healthy();
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
/// Whether the destination answers, and what on it needs a person. While it doesn't answer, messages are still taken and wait in the
/// ledger:
/// the gateway is degraded, and ready.
/// </summary>
internal sealed class DestinationCheck(FhirServer destination, SharedResources shared) : IHealthCheck
{
    // Whoever asks whether the gateway is ready doesn't wait for a destination that hangs.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            if (await destination.IsReachableAsync(limit.Token))
                return shared.Doubles is { Count: > 0 } doubles
                    ? HealthCheckResult.Degraded(string.Join(' ', doubles))
                    : HealthCheckResult.Healthy();
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return HealthCheckResult.Degraded("The destination does not answer in time: messages are taken and wait.");
        }

        return HealthCheckResult.Degraded("The destination does not answer as a FHIR server: messages are taken and wait.");
    }
}

/// <summary>The answer to who asks whether the gateway is ready: each check by name.</summary>
internal static class HealthAnswer
{
    public static Task WriteAsync(HttpContext call, HealthReport report)
    {
        var checks = report.Entries.Select(
            entry => KeyValuePair.Create(entry.Key, (JsonNode?)Shown(entry.Value.Status, entry.Value.Description)));
        var body = Shown(report.Status, null);
        body["checks"] = new JsonObject(checks);
        call.Response.ContentType = "application/json";
        return call.Response.WriteAsync(body.ToJsonString(), call.RequestAborted);
    }

    private static JsonObject Shown(HealthStatus status, string? why)
    {
        var shown = new JsonObject { ["status"] = status.ToString().ToLowerInvariant() };
        if (why is not null) shown["reason"] = why;
        return shown;
    }
}
