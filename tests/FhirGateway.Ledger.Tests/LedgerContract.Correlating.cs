namespace FhirGateway.Ledger.Tests;

public abstract partial class LedgerContract
{
    [Fact]
    public async Task What_was_delivered_by_a_correlation_goes_out_again_when_it_is_registered_anew()
    {
        var delivered = await RecordCorrelated("e1", "k1");
        await _ledger.PutCorrelationAsync("clinic", "k1", """{"patient":"a"}""");
        Clock.Advance(TimeSpan.FromSeconds(1));
        await _ledger.DeliveredAsync(await ClaimOne(), "{}");
        await RecordCorrelated("e2", "k2", "lane 2");
        await _ledger.DeliveredAsync(await ClaimOne(), "{}");

        Assert.Equal(0, await _ledger.PutCorrelationAsync("clinic", "k1", """{"patient":"a"}"""));
        Assert.Equal(0, await _ledger.PutCorrelationAsync("other", "k1", """{"patient":"b"}"""));
        Assert.Empty(await ClaimKeys());

        Assert.Equal(1, await _ledger.PutCorrelationAsync("clinic", "k1", """{"patient":"b"}"""));
        Assert.Equal(delivered, (await ClaimOne()).Id);
        Assert.Empty(await ClaimKeys());
    }

    [Fact]
    public async Task What_was_on_its_way_by_a_correlation_goes_out_again_when_it_was_registered_anew_meanwhile()
    {
        var id = await RecordCorrelated("e1", "k1");
        await _ledger.PutCorrelationAsync("clinic", "k1", """{"patient":"a"}""");
        Clock.Advance(TimeSpan.FromSeconds(1));
        var claim = await ClaimOne();
        await _ledger.PutCorrelationAsync("clinic", "k1", """{"patient":"b"}""");

        await _ledger.DeliveredAsync(claim, "{}", [new NewVersion("set", "v1", "1", "{}", "[]") { Subject = "a" }]);

        Clock.Advance(TimeSpan.FromSeconds(1));
        var again = await ClaimOne();
        Assert.Equal(id, again.Id);
        await _ledger.DeliveredAsync(again, "{}");
        Assert.Equal(DeliveryState.Delivered, (await View(id)).State);
    }

    [Fact]
    public async Task What_waits_for_whom_a_correlation_named_is_tried_at_once_when_it_is_registered_anew()
    {
        await _ledger.PutCorrelationAsync("clinic", "k1", """{"patient":"nobody"}""");
        await RecordCorrelated("e1", "k1");
        await _ledger.ParkAsync(await ClaimOne(), "Patient?identifier=nobody", "not there", Start.AddDays(1));

        Assert.Equal(1, await _ledger.PutCorrelationAsync("clinic", "k1", """{"patient":"a"}"""));
        Assert.Equal(["e1"], await ClaimKeys());
    }

    private async Task<string> RecordCorrelated(string eventKey, string key, string lane = "lane")
    {
        var recorded = await _ledger.RecordAsync(Message("message of " + eventKey, Owed(eventKey, lane) with { Correlation = key }));
        return Assert.Single(recorded.Deliveries).Id;
    }
}
