using FhirGateway.Destination;
using FhirGateway.Ledger.Sqlite;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace FhirGateway.Api;

/// <summary>Whether a message could be recorded now.</summary>
internal sealed class LedgerCheck(SqliteLedger ledger) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            // Nothing waits for this, so nothing changes; but it takes the write lock and commits, as recording does.
            await ledger.ReleaseAsync("", "health", cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            return HealthCheckResult.Unhealthy("The ledger can't be written.");
        }
    }
}

/// <summary>Whether the destination answers. While it doesn't, messages are still taken and wait in the ledger.</summary>
internal sealed class DestinationCheck(FhirServer destination) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        await destination.IsReachableAsync(cancellationToken)
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy("The destination does not answer as a FHIR server.");
}
