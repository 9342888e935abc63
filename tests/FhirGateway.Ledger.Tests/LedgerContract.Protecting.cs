using System.Text;
using FhirGateway.Ledger.Protection;
using FhirGateway.Ledger.Tests.Protection;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace FhirGateway.Ledger.Tests;

public abstract partial class LedgerContract
{
    private const string Secret = "Herzrhythmusstörung-Zebrafink";

    /// <summary>The key ring that the store's ledger uses unless it is told otherwise.</summary>
    private protected abstract IXmlRepository Ring { get; }

    /// <summary>All bytes that the store holds of it, while it is open.</summary>
    private protected abstract byte[] Stored();

    /// <summary>Removes the ring, and puts nothing in its place.</summary>
    private protected abstract void RemoveRing();

    [Fact]
    public async Task Nothing_of_a_payload_a_receipt_or_a_correlation_can_be_read_in_the_store()
    {
        await RecordSecretsAsync();

        AssertNowhere(Secret, Stored());
        Assert.Contains("clear-event-key", Encoding.UTF8.GetString(Stored()), StringComparison.Ordinal); // it looks in the right place
    }

    [Fact]
    public async Task What_was_sealed_is_read_by_the_next_process()
    {
        var id = await RecordSecretsAsync();
        await CloseAllAsync();

        await AssertSecretsAsync(Another(), id);
    }

    [Fact]
    public async Task A_key_that_takes_over_leaves_what_was_sealed_before_readable()
    {
        var id = await RecordSecretsAsync();
        Rings.AddKey(Ring);
        await CloseAllAsync();

        var next = Another();
        await next.PutCorrelationAsync("clinic", "after", Secret);
        await AssertSecretsAsync(next, id);
    }

    [Fact]
    public async Task A_ring_from_before_the_last_key_is_refused()
    {
        await RecordSecretsAsync();
        await CloseAllAsync();
        var before = Ring.GetAllElements();
        Rings.AddKey(Ring);
        await (Another()).PutCorrelationAsync("clinic", "after", Secret);
        await CloseAllAsync();

        RemoveRing();
        foreach (var key in before) Ring.StoreElement(key, "restored");

        Assert.Contains("does not open all of them", Assert.Throws<KeyRingException>(OpenLedger).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_another_gateway_made_meanwhile_is_found()
    {
        Rings.AddKey(Ring);
        await Another().PutCorrelationAsync("clinic", "key", Secret);

        Assert.Equal(Secret, await _ledger.GetCorrelationAsync("clinic", "key"));
    }

    [Fact]
    public async Task A_missing_ring_is_refused_and_no_other_is_made()
    {
        await RecordSecretsAsync();
        await CloseAllAsync();
        RemoveRing();

        Assert.Contains("there is no key ring", Assert.Throws<KeyRingException>(OpenLedger).Message, StringComparison.Ordinal);
        Assert.Empty(Ring.GetAllElements());
    }

    [Fact]
    public async Task Another_ring_is_refused_and_stays_as_it_is()
    {
        await RecordSecretsAsync();
        await CloseAllAsync();
        RemoveRing();
        Rings.AddKey(Ring);

        Assert.Contains("another ring", Assert.Throws<KeyRingException>(OpenLedger).Message, StringComparison.Ordinal);
        Assert.Single(Ring.GetAllElements());
    }

    /// <summary>Records what no reader of the store may see, wherever a ledger keeps such.</summary>
    private async Task<string> RecordSecretsAsync(ILedger? into = null)
    {
        var ledger = into ?? _ledger;
        var about = $$"""{"text":"{{Secret}}"}""";
        var owed = Owed("clear-event-key") with { Doubts = about };
        var recorded = await ledger.RecordAsync(Message("m", about, owed, Owed("e2", "lane 2"), Owed("e3", "lane 3")));
        await ledger.PutCorrelationAsync("clinic", "key", about);
        var claims = await ledger.ClaimAsync(10, Lease);
        await ledger.ParkAsync(claims[0], "person:conflict", Secret, Clock.GetUtcNow() + Lease, about);
        Assert.Equal(DecisionResult.Decided, await ledger.DecideAsync(claims[0].Id, "person:", "correct", Secret, "somebody"));
        await ledger.DeliveredAsync(
            Assert.Single(await ledger.ClaimAsync(10, Lease)), about,
            [new NewVersion("set", "v", "1", about, about) { Subject = "s", SubjectAsGiven = Secret, Composition = about }]);
        await ledger.MarkDeadAsync(claims[1], Secret, about);
        await ledger.DoubtAsync(claims[2], about);
        return recorded.MessageId;
    }

    private static async Task AssertSecretsAsync(ILedger ledger, string messageId)
    {
        var about = $$"""{"text":"{{Secret}}"}""";
        Assert.Equal(about, Encoding.UTF8.GetString((await ledger.MessageBodyAsync(messageId))!));
        Assert.Equal(about, await ledger.GetCorrelationAsync("clinic", "key"));
        var deliveries = await ledger.DeliveriesOfAsync(messageId);
        Assert.Equal((DeliveryState.Delivered, about, about), (deliveries[0].State, deliveries[0].Receipt, deliveries[0].Doubts));
        Assert.Equal((DeliveryState.Dead, Secret, about), (deliveries[1].State, deliveries[1].Reason, deliveries[1].Outcome));
        Assert.Equal(about, deliveries[2].Doubts);
        var history = await ledger.DeliveryAsync(deliveries[0].Id);
        Assert.Equal(Secret, history!.Attempts[0].Reason);
        Assert.Equal(Secret, Assert.Single(await ledger.DecisionsAsync(deliveries[0].Id)).Reason);
        var version = Assert.Single(await ledger.LatestVersionsAsync("clinic", ["set"]));
        Assert.Equal((about, about, about, Secret), (version.Document, version.Owned, version.Composition, version.SubjectAsGiven));
    }

    private protected static void AssertNowhere(string text, byte[] stored)
    {
        Assert.True(stored.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) < 0, "It is in clear.");
        var inHex = Encoding.ASCII.GetBytes(Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text)));
        Assert.True(stored.AsSpan().IndexOf(inHex) < 0, "It is in clear, as PostgreSQL shows bytes.");
    }

    private async Task CloseAllAsync()
    {
        foreach (var ledger in _opened) await ledger.DisposeAsync();
        _opened.Clear();
    }
}
