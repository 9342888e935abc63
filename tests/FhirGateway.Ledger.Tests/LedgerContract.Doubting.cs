namespace FhirGateway.Ledger.Tests;

public abstract partial class LedgerContract
{
    [Fact]
    public async Task Doubts_are_not_lost_however_the_delivery_ends()
    {
        var id = await RecordOne("e1");
        var claim = await ClaimOne();

        Assert.True(await _ledger.DoubtAsync(claim, """{"drift":["/a"]}"""));
        Assert.False(await _ledger.DoubtAsync(claim, """{"drift":["/a"]}"""));
        await _ledger.ParkAsync(claim, "Patient?x", "not there", Clock.GetUtcNow());
        Assert.Equal("""{"drift":["/a"]}""", (await View(id)).Doubts);

        var again = await ClaimOne();
        Assert.False(await _ledger.DoubtAsync(claim, null)); // a worker whose claim has ended
        Assert.True(await _ledger.DoubtAsync(again, null));
        await _ledger.DeliveredAsync(again, "{}");
        Assert.Null((await View(id)).Doubts);
    }

    [Fact]
    public async Task What_is_odd_about_an_event_that_owes_nothing_is_kept_from_the_start()
    {
        var recorded = await _ledger.RecordAsync(
            Message("m1", new NewDelivery("e1", "other", "other", Acknowledged: "not known", Doubts: """{"drift":["/type"]}""")));

        Assert.Equal("""{"drift":["/type"]}""", (await View(recorded.Deliveries[0].Id)).Doubts);
    }

    [Fact]
    public async Task An_event_that_comes_again_with_other_content_does_not_go_unseen()
    {
        var first = (await _ledger.RecordAsync(Message("m1", "one", Owed("e1") with { Content = "stop A" }))).Deliveries[0].Id;

        Assert.Empty((await _ledger.RecordAsync(Message("m1", "one, spelled otherwise", Owed("e1") with { Content = "stop A" }))).Changed);
        Assert.Empty((await _ledger.RecordAsync(Message("m2", "two", Owed("e1") with { Content = "stop A" }))).Changed);
        Assert.Null((await View(first)).CameAgainChanged);

        var other = await _ledger.RecordAsync(Message("m3", "three", Owed("e1") with { Content = "start A" }));
        var same = await _ledger.RecordAsync(Message("m1", "one, changed", Owed("e1") with { Content = "start A" }));

        Assert.Equal([first], other.Changed);
        Assert.Equal([first], same.Changed);
        Assert.Contains("with other content", other.Deliveries[0].Reason, StringComparison.Ordinal);
        Assert.Equal(
            (2, same.MessageId), ((await View(first)).CameAgainChanged!.Times, (await View(first)).CameAgainChanged!.LastMessageId));
    }

    [Fact]
    public async Task An_event_that_one_message_tells_twice_with_other_content_does_not_go_unseen()
    {
        var recorded = await _ledger.RecordAsync(
            Message("m1", "[1,2]", Owed("e1") with { Content = "stop A" }, Owed("e1") with { Content = "start A" }));

        Assert.Equal([recorded.Deliveries[0].Id], recorded.Changed);
        Assert.Contains("with other content", recorded.Deliveries[1].Reason, StringComparison.Ordinal);
        Assert.Equal(1, (await View(recorded.Deliveries[0].Id)).CameAgainChanged!.Times);
    }

    [Fact]
    public async Task Without_a_digest_nothing_is_said_of_changed_content()
    {
        var first = await RecordOne("e1");

        Assert.Empty((await _ledger.RecordAsync(Message("m2", "two", Owed("e1") with { Content = "stop A" }))).Changed);
        Assert.Null((await View(first)).CameAgainChanged);
    }
}
