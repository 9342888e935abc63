using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace FhirGateway.Ledger.Tests;

/// <summary>What every ledger must do, whatever stores it. A second store inherits these tests.</summary>
public abstract partial class LedgerContract : IAsyncLifetime
{
    private static readonly DateTimeOffset Start = new(2024, 10, 15, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    private readonly List<ILedger> _opened = [];
    private ILedger _ledger = null!;

    protected FakeTimeProvider Clock { get; } = new(Start);

    /// <summary>Opens the same store once more.</summary>
    protected abstract ILedger OpenLedger();

    protected abstract void RemoveStore();

    public ValueTask InitializeAsync()
    {
        _ledger = Another();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var ledger in _opened) await ledger.DisposeAsync();
        RemoveStore();
    }

    protected ILedger Another()
    {
        var ledger = OpenLedger();
        _opened.Add(ledger);
        return ledger;
    }

    private NewMessage Message(string identity, params NewDelivery[] deliveries) => Message(identity, "{}", deliveries);

    private NewMessage Message(string identity, string body, params NewDelivery[] deliveries) =>
        new(
            "clinic", identity, Encoding.UTF8.GetBytes(body), "application/json", """{"user-agent":"test"}""", Clock.GetUtcNow(),
            deliveries);

    private static NewDelivery Owed(string eventKey, string lane = "lane") => new(eventKey, "note", lane);

    private async Task<string> RecordOne(string eventKey, string lane = "lane")
    {
        var recorded = await _ledger.RecordAsync(Message("message of " + eventKey, Owed(eventKey, lane)));
        return Assert.Single(recorded.Deliveries).Id;
    }

    private async Task<ClaimedDelivery> ClaimOne() => Assert.Single(await _ledger.ClaimAsync(1, Lease));

    private async Task<string[]> ClaimKeys(int max = 100) => [.. (await _ledger.ClaimAsync(max, Lease)).Select(claim => claim.EventKey)];

    private async Task<DeliveryView> View(string deliveryId) => (await _ledger.DeliveryAsync(deliveryId))!.Delivery;

    private async Task<string[]> Outcomes(string deliveryId) =>
        [.. (await _ledger.DeliveryAsync(deliveryId))!.Attempts.Select(attempt => attempt.Outcome ?? "running")];
}
