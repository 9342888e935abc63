using FhirGateway.Ledger;
using FhirGateway.Settings;
using Microsoft.Extensions.Options;

namespace FhirGateway.Pipeline;

/// <summary>Any lane is this gateway's. Others on the same ledger do likewise: no lane can be claimed twice.</summary>
public sealed class TurnsAlone(ILedger ledger, OwnSources sources, IOptions<GatewaySettings> settings) : ITurns
{
    private readonly TimeSpan _lease = settings.Value.Delivery.ClaimLease;

    public Task RunAsync(CancellationToken stopping, CancellationToken leaving) => Task.CompletedTask;

    public async Task<IReadOnlyList<Turn>> TakeAsync(int most, CancellationToken cancellationToken) =>
        [.. (await ledger.ClaimAsync(most, _lease, sources.Filter, cancellationToken)).Select(claim => new Turn(claim))];

    public Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken) =>
        ledger.WaitForWorkAsync(atMost, sources.Destination, cancellationToken);

    public void GiveUp()
    {
    }
}
