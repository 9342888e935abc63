namespace FhirGateway.Ledger.Tests;

public abstract partial class LedgerContract
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task What_has_been_owed_longest_is_told_and_what_is_delivered_is_owed_no_more()
    {
        await RecordOne("e1");
        Clock.Advance(TimeSpan.FromMinutes(1));
        await RecordOne("e2");
        Assert.Equal(Start, await _ledger.OldestOwedAsync());
        await _ledger.DeliveredAsync(await ClaimOne(), "{}");
        Assert.Equal(Start.AddMinutes(1), await _ledger.OldestOwedAsync());
    }

    [Fact]
    public async Task Nothing_owed_has_no_oldest() => Assert.Null(await _ledger.OldestOwedAsync());

    [Fact]
    public async Task Deliveries_are_listed_newest_first_page_by_page()
    {
        for (var number = 1; number <= 5; number++) await RecordOne("e" + number);
        await _ledger.RecordAsync(Message("m", Owed("x")) with { Source = "other" });
        await _ledger.MarkDeadAsync(await ClaimOne(), "400", "{}");

        var page = await _ledger.DeliveriesAsync(new DeliveryFilter("clinic", [DeliveryState.Pending], Limit: 2));
        Assert.Equal(["e5", "e4"], page.Select(delivery => delivery.EventKey));
        var next = await _ledger.DeliveriesAsync(new DeliveryFilter("clinic", [DeliveryState.Pending], page[^1].Sequence, 10));
        Assert.Equal(["e3", "e2"], next.Select(delivery => delivery.EventKey));
        Assert.Equal(
            ["e1"],
            (await _ledger.DeliveriesAsync(new DeliveryFilter(States: [DeliveryState.Dead]))).Select(delivery => delivery.EventKey));
        Assert.Equal(5, (await _ledger.DeliveriesAsync(new DeliveryFilter("clinic", [DeliveryState.Dead, DeliveryState.Pending]))).Count);
        Assert.Equal(["x"], (await _ledger.DeliveriesAsync(new DeliveryFilter("other"))).Select(delivery => delivery.EventKey));
    }

    [Fact]
    public async Task A_messages_deliveries_are_listed_in_the_order_of_recording()
    {
        var recorded = await _ledger.RecordAsync(Message("m", Owed("e1"), Owed("e2", "b")));
        Assert.Equal(["e1", "e2"], (await _ledger.DeliveriesOfAsync(recorded.MessageId)).Select(delivery => delivery.EventKey));
    }

    [Fact]
    public async Task What_does_not_exist_is_null()
    {
        Assert.Null(await _ledger.DeliveryAsync("nothing"));
        Assert.Null(await _ledger.MessageAsync("nothing"));
        Assert.Null(await _ledger.MessageBodyAsync("nothing"));
    }

    [Fact]
    public async Task A_waiting_worker_wakes_when_something_is_recorded()
    {
        var waiting = _ledger.WaitForWorkAsync(Long, CancellationToken.None);
        await RecordOne("e1");
        await waiting.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(["e1"], await ClaimKeys());
    }

    [Fact]
    public async Task A_waiting_worker_wakes_when_the_end_of_one_frees_its_lane()
    {
        await RecordOne("e1");
        await RecordOne("e2");
        var claim = await ClaimOne();
        await _ledger.WaitForWorkAsync(TimeSpan.Zero, CancellationToken.None);

        var waiting = _ledger.WaitForWorkAsync(Long, CancellationToken.None);
        await _ledger.DeliveredAsync(claim, "{}");
        await waiting.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(["e2"], await ClaimKeys());
    }

    [Fact]
    public async Task A_waiting_worker_wakes_when_a_retry_falls_due()
    {
        await RecordOne("e1");
        await _ledger.RetryAsync(await ClaimOne(), "503", Clock.GetUtcNow().AddMilliseconds(20));
        await _ledger.WaitForWorkAsync(TimeSpan.Zero, CancellationToken.None);

        // The wait begins a moment after the call, so the clock is moved until it ends: long before it would end by itself.
        var waiting = _ledger.WaitForWorkAsync(Long, CancellationToken.None);
        while (await Task.WhenAny(waiting, Task.Delay(5)) != waiting)
        {
            Clock.Advance(TimeSpan.FromMilliseconds(20));
            Assert.True(Clock.GetUtcNow() - Start < Long / 2, "The retry is due, and the worker still waits.");
        }

        await waiting;
    }

    [Fact]
    public async Task A_worker_that_is_told_to_stop_stops_waiting()
    {
        using var stop = new CancellationTokenSource();
        var waiting = _ledger.WaitForWorkAsync(Long, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }
}
