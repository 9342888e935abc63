using System.Collections.Concurrent;
using System.Text;

namespace FhirGateway.Ledger.Tests;

public abstract partial class LedgerContract
{
    [Fact]
    public async Task A_recorded_message_is_read_back_exactly()
    {
        byte[] body = [0xEF, 0xBB, 0xBF, .. "{\"a\": 1}\r\n"u8, 0x00, 0xFF];
        var received = Start.AddTicks(1_234_560);
        var recorded = await _ledger.RecordAsync(new NewMessage(
            "clinic", "m1", body, "application/json; charset=utf-8", """{"x":"y"}""", received, [Owed("e1")], "a note"));

        var message = await Another().MessageAsync(recorded.MessageId);
        Assert.NotNull(message);
        Assert.Equal(
            ("clinic", "m1", "application/json; charset=utf-8", """{"x":"y"}""", received, "a note", (long)body.Length, 1L),
            (
                message.Source, message.Identity, message.ContentType, message.Headers, message.ReceivedAt, message.Note, message.BodyBytes,
                message.Deliveries));
        Assert.Equal(body, await _ledger.MessageBodyAsync(recorded.MessageId));

        var claim = await ClaimOne();
        Assert.Equal((recorded.MessageId, received, "note", "lane"), (claim.MessageId, claim.ReceivedAt, claim.EventType, claim.Lane));
    }

    [Fact]
    public async Task A_word_that_is_empty_is_there_and_a_word_of_any_length_is_whole()
    {
        var text = string.Concat(Enumerable.Repeat("Zürich €🩺 ", 300));
        var empty = await _ledger.RecordAsync(new NewMessage(
            "clinic", "", "{}"u8.ToArray(), "", "", Clock.GetUtcNow(), [new NewDelivery("", "", "")], ""));
        var full = await _ledger.RecordAsync(new NewMessage(
            "clinic", "m", "{}"u8.ToArray(), text, text, Clock.GetUtcNow(), [new NewDelivery("e", "note", text[..600])], text));

        Assert.Equal(DeliveryState.Pending, Assert.Single(empty.Deliveries).State);
        var (none, all) = ((await _ledger.MessageAsync(empty.MessageId))!, (await _ledger.MessageAsync(full.MessageId))!);
        Assert.Equal(("", "", "", ""), (none.Identity, none.ContentType, none.Headers, none.Note));
        Assert.Equal((text, text, text), (all.ContentType, all.Headers, all.Note));
        var claims = await _ledger.ClaimAsync(2, Lease);
        Assert.Equal([("", "", ""), ("e", "note", text[..600])], claims.Select(claim => (claim.EventKey, claim.EventType, claim.Lane)));
    }

    [Fact]
    public async Task A_repeated_message_is_counted_and_answered_like_the_first()
    {
        var first = await _ledger.RecordAsync(Message("m1", Owed("e1"), Owed("e2")));
        Clock.Advance(TimeSpan.FromMinutes(5));
        var second = await _ledger.RecordAsync(Message("m1", Owed("e1"), Owed("e2"), Owed("e3")));

        Assert.True(second.Duplicate);
        Assert.False(second.BodyDiffers);
        Assert.Equal(first.MessageId, second.MessageId);
        Assert.Equal(first.Deliveries, second.Deliveries);
        var message = Assert.Single(await _ledger.MessagesAsync(new MessageFilter()));
        Assert.Equal((1L, 0L, Start.AddMinutes(5)), (message.Duplicates, message.DifferingDuplicates, message.LastDuplicateAt));
        Assert.Equal(2, (await _ledger.DeliveriesAsync(new DeliveryFilter())).Count);
    }

    [Fact]
    public async Task A_repeat_with_other_bytes_is_told_apart_and_leaves_the_first_as_it_is()
    {
        var first = await _ledger.RecordAsync(Message("m1", "first", Owed("e1")));
        var second = await _ledger.RecordAsync(Message("m1", "other", Owed("e1")));

        Assert.True(second.BodyDiffers);
        Assert.Equal("first", Encoding.UTF8.GetString((await _ledger.MessageBodyAsync(first.MessageId))!));
        Assert.Equal(1, (await _ledger.MessageAsync(first.MessageId))!.DifferingDuplicates);
    }

    [Fact]
    public async Task An_event_that_only_a_repeat_with_other_bytes_brings_is_owed_and_its_bytes_are_kept()
    {
        var first = await _ledger.RecordAsync(Message("m1", "first", Owed("e1")));
        var second = await _ledger.RecordAsync(Message("m1", "other", Owed("e1"), Owed("e2", "lane 2")));
        var again = await _ledger.RecordAsync(Message("m1", "other", Owed("e1"), Owed("e2", "lane 2")));

        Assert.False(second.Duplicate);
        Assert.Equal([DeliveryState.Duplicate, DeliveryState.Pending], second.Deliveries.Select(delivery => delivery.State));
        Assert.Equal("other", Encoding.UTF8.GetString((await _ledger.MessageBodyAsync(second.MessageId))!));
        Assert.Equal((true, second.MessageId), (again.Duplicate, again.MessageId));
        Assert.NotEqual(first.MessageId, second.MessageId);
        Assert.Equal(["e1", "e2"], await ClaimKeys());
    }

    [Fact]
    public async Task A_repeat_with_other_bytes_owes_what_was_dead_and_nothing_that_owes_nothing()
    {
        await _ledger.RecordAsync(Message("m1", "first", Owed("e1")));
        await _ledger.MarkDeadAsync(await ClaimOne(), "400", "{}");

        Assert.Equal(
            DeliveryState.Pending, Assert.Single((await _ledger.RecordAsync(Message("m1", "corrected", Owed("e1")))).Deliveries).State);
        Assert.True((await _ledger.RecordAsync(Message("m1", "nothing", new NewDelivery("e3", "x", "x", "owes nothing")))).Duplicate);
    }

    [Fact]
    public async Task The_same_identity_from_another_source_is_another_message()
    {
        await _ledger.RecordAsync(Message("m1", Owed("e1")));
        var other = await _ledger.RecordAsync(Message("m1", Owed("e1")) with { Source = "other" });

        Assert.False(other.Duplicate);
        Assert.Equal(DeliveryState.Pending, Assert.Single(other.Deliveries).State);
    }

    [Fact]
    public async Task An_event_that_another_message_brought_is_not_delivered_twice()
    {
        var first = await RecordOne("e1");
        var second = await _ledger.RecordAsync(Message("m2", Owed("e1"), Owed("e2", "lane 2"), Owed("e2", "lane 2")));

        Assert.Equal(
            [DeliveryState.Duplicate, DeliveryState.Pending, DeliveryState.Duplicate],
            second.Deliveries.Select(delivery => delivery.State));
        Assert.Equal([first, null, second.Deliveries[1].Id], second.Deliveries.Select(delivery => delivery.FirstDeliveryId));
        Assert.Equal(["e1", "e2"], await ClaimKeys());
    }

    [Fact]
    public async Task An_event_whose_only_delivery_is_dead_is_owed_again_by_the_next_message()
    {
        var dead = await RecordOne("e1");
        await _ledger.MarkDeadAsync(await ClaimOne(), "refused by the destination", "{}");
        var corrected = await _ledger.RecordAsync(Message("corrected", "corrected", Owed("e1")));

        Assert.Equal(DeliveryState.Pending, Assert.Single(corrected.Deliveries).State);
        Assert.Equal(ReplayResult.EventTaken, await _ledger.ReplayAsync(dead, "by hand"));
        Assert.Equal("corrected", Encoding.UTF8.GetString((await _ledger.MessageBodyAsync((await ClaimOne()).MessageId))!));
    }

    [Fact]
    public async Task What_owes_nothing_is_recorded_with_its_reason()
    {
        await _ledger.RecordAsync(Message("ping") with { Note = "ping" });
        var ongoing = await _ledger.RecordAsync(Message("m1", new NewDelivery("e1", "ONGOING", "lane", Acknowledged: "still generating")));
        var finished = await _ledger.RecordAsync(Message("m2", Owed("e1")));

        Assert.Equal((DeliveryState.Acknowledged, "still generating"), (ongoing.Deliveries[0].State, ongoing.Deliveries[0].Reason));
        Assert.Equal(DeliveryState.Pending, finished.Deliveries[0].State);
        Assert.Equal(["m2", "m1", "ping"], (await _ledger.MessagesAsync(new MessageFilter())).Select(message => message.Identity));
        Assert.Equal(["e1"], await ClaimKeys());
    }

    [Fact]
    public async Task Racing_receivers_record_a_message_once()
    {
        var others = new[] { _ledger, Another() };
        var recorded = await Race(8, racer => others[racer % 2].RecordAsync(Message("m1", Owed("e1"))));

        Assert.Equal(1, recorded.Count(one => !one.Duplicate));
        Assert.Single(recorded.Select(one => one.MessageId).Distinct());
        Assert.Equal(7, Assert.Single(await _ledger.MessagesAsync(new MessageFilter())).Duplicates);
        Assert.Single(await _ledger.DeliveriesAsync(new DeliveryFilter()));
    }

    [Fact]
    public async Task Racing_messages_with_one_event_owe_one_delivery()
    {
        var others = new[] { _ledger, Another() };
        var recorded = await Race(8, racer => others[racer % 2].RecordAsync(Message("m" + racer, Owed("e1"))));

        Assert.Equal(1, recorded.Count(one => one.Deliveries[0].State == DeliveryState.Pending));
        Assert.Equal(7, recorded.Count(one => one.Deliveries[0].State == DeliveryState.Duplicate));
    }

    [Fact]
    public async Task Cancelled_before_it_is_written_a_message_is_not_recorded()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _ledger.RecordAsync(Message("m1", Owed("e1")), new CancellationToken(canceled: true)));
        Assert.Empty(await _ledger.MessagesAsync(new MessageFilter()));
    }

    [Fact]
    public async Task What_the_store_can_not_take_is_kept_for_somebody_to_see_and_its_neighbours_go_on()
    {
        var broken = Message("broken", Owed("e1", lane: null!)); // fails when its message row is already written
        var all = await Task.WhenAll(Enumerable.Range(0, 40).Select(
            number => _ledger.RecordAsync(number % 4 == 0 ? broken : Message("m" + number, Owed("k" + number)))));

        Assert.All(all.Index(), one => Assert.Equal(
            one.Index % 4 == 0 ? DeliveryState.Dead : DeliveryState.Pending, Assert.Single(one.Item.Deliveries).State));
        Assert.Equal(40, (await _ledger.MessagesAsync(new MessageFilter())).Count);
        Assert.Equal("{}"u8.ToArray(), await _ledger.MessageBodyAsync(all[0].MessageId));
    }

    /// <remarks>PostgreSQL holds no NUL in text, and no index entry of 8,000 random letters; SQLite takes both.</remarks>
    [Fact]
    public async Task Keys_that_no_vendor_sends_keep_nobody_else_waiting()
    {
        var random = new Random(1);
        var endless = string.Concat(Enumerable.Range(0, 8_000).Select(_ => (char)('!' + random.Next(90))));
        string[] keys = ["a", "b\0c", endless, "d"];
        var all = await Task.WhenAll(keys.Select((key, at) => _ledger.RecordAsync(Message("m" + at, Owed(key, "lane" + at)))));

        Assert.All(all, one => Assert.Single(one.Deliveries));
        Assert.Equal(["a", "d"], (await ClaimKeys()).Intersect(["a", "d"]));
        Assert.Equal(4, (await _ledger.MessagesAsync(new MessageFilter())).Count);
        Assert.Null(_ledger.IndexFailure);
    }

    [Fact]
    public async Task What_was_accepted_is_indexed_behind_it_and_told()
    {
        var (told, all) = (new ConcurrentQueue<RecordedMessage>(), new TaskCompletionSource());
        _ledger.Recorded += message =>
        {
            told.Enqueue(message);
            if (told.Count == 3) all.TrySetResult();
        };

        var first = await _ledger.AcceptAsync(Message("m1", Owed("e1")));
        await _ledger.AcceptAsync(Message("m1", Owed("e1")));
        var third = await _ledger.AcceptAsync(Message("m2", Owed("e2")));
        await all.Task.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(
            [(first, false), (first, true), (third, false)], told.Select(each => (each.Recorded.MessageId, each.Recorded.Duplicate)));
        Assert.Equal(["e1"], await ClaimKeys()); // one lane
        Assert.Null(_ledger.IndexFailure);
    }

    private static async Task<T[]> Race<T>(int racers, Func<int, Task<T>> run)
    {
        using var line = new Barrier(racers);
        return await Task.WhenAll(Enumerable.Range(0, racers).Select(racer => Task.Factory.StartNew(
            () =>
            {
                line.SignalAndWait();
                return run(racer);
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default).Unwrap()));
    }

    [Fact]
    public async Task What_is_dead_on_arrival_is_seen_and_replayed_and_holds_no_event()
    {
        var dead = Owed("e1") with { Dead = new WhyDead("no name", """{"issue":[]}""") };
        var recorded = await _ledger.RecordAsync(Message("m1", dead, Owed("e1"), dead));

        Assert.Equal(
            [DeliveryState.Dead, DeliveryState.Pending, DeliveryState.Dead], recorded.Deliveries.Select(delivery => delivery.State));
        var view = await View(recorded.Deliveries[0].Id);
        Assert.Equal(("no name", """{"issue":[]}""", false, null), (view.Reason, view.Outcome, view.Refused, view.DueAt));
        Assert.Equal(["dead"], await Outcomes(view.Id));
        Assert.Equal(ReplayResult.EventTaken, await _ledger.ReplayAsync(view.Id, "by hand"));

        await _ledger.MarkDeadAsync(await ClaimOne(), "400", "{}");
        Assert.Equal(ReplayResult.Replayed, await _ledger.ReplayAsync(view.Id, "by hand"));
        Assert.Equal(view.Id, (await ClaimOne()).Id);
    }
}
