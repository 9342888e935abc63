using System.Text;

namespace FhirGateway.Ledger.Tests;

public abstract partial class LedgerContract
{
    private static readonly TimeSpan Month = TimeSpan.FromDays(30);

    [Fact]
    public async Task The_body_of_what_is_settled_goes_once_it_is_old_enough_and_the_message_says_when()
    {
        var delivered = await Deliver("e1");
        await _ledger.RecordAsync(Message("m2", new NewDelivery("e2", "ONGOING", "x", Acknowledged: "no")));
        var nothing = await _ledger.RecordAsync(Message("m3"));
        Clock.Advance(Month);
        Assert.Empty(await RemoveBodies(Clock.GetUtcNow() - Month - TimeSpan.FromTicks(10)));

        var removed = Assert.Single(await RemoveBodies(Clock.GetUtcNow() - Month));

        Assert.Equal(("clinic", 3, 0), (removed.Source, removed.Count, removed.Undelivered));
        var message = (await _ledger.MessageAsync((await View(delivered)).MessageId))!;
        Assert.Equal((Clock.GetUtcNow(), 2L), (message.BodyGoneAt, message.BodyBytes));
        Assert.Null(await _ledger.MessageBodyAsync(message.Id));
        Assert.Null(await _ledger.MessageBodyAsync(nothing.MessageId));
        Assert.Empty(await RemoveBodies(Clock.GetUtcNow()));
    }

    [Theory]
    [InlineData("pending")]
    [InlineData("delivering")]
    [InlineData("retried")]
    [InlineData("parked")]
    [InlineData("replayed")]
    [InlineData("not indexed")]
    public async Task What_is_owed_keeps_its_body_however_old_it_is(string owed)
    {
        // With a neighbour of the same message that is settled.
        var recorded = await _ledger.RecordAsync(Message("m1", Owed("e1", "a"), Owed("e2", "b")));
        await _ledger.DeliveredAsync(await ClaimOne(), "{}");
        _ = owed switch
        {
            "delivering" => await ClaimOne() is not null,
            "retried" => await _ledger.RetryAsync(await ClaimOne(), "503", Clock.GetUtcNow()),
            "parked" => await _ledger.ParkAsync(await ClaimOne(), "Patient/1", "unknown", Start.AddYears(9)),
            "replayed" => await _ledger.DeliveredAsync(await ClaimOne(), "{}")
                && await _ledger.ReplayAsync(recorded.Deliveries[0].Id, "by hand") == ReplayResult.Replayed,
            _ => true,
        };
        if (owed == "not indexed") await _ledger.AcceptAsync(Message("m2", Owed("e3", "c")));
        Clock.Advance(TimeSpan.FromDays(3650));

        await RemoveBodies(Clock.GetUtcNow() - Month);

        Assert.NotNull(await _ledger.MessageBodyAsync(recorded.MessageId));
    }

    [Fact]
    public async Task A_bodys_age_counts_from_the_last_change_of_any_of_its_deliveries()
    {
        var recorded = await _ledger.RecordAsync(Message("m1", Owed("e1", "a"), Owed("e2", "b")));
        await _ledger.DeliveredAsync(await ClaimOne(), "{}");
        Clock.Advance(Month);
        await _ledger.DeliveredAsync(await ClaimOne(), "{}");
        await RemoveBodies(Clock.GetUtcNow() - TimeSpan.FromDays(1));
        Assert.NotNull(await _ledger.MessageBodyAsync(recorded.MessageId));

        Clock.Advance(TimeSpan.FromDays(1));
        await RemoveBodies(Clock.GetUtcNow() - TimeSpan.FromDays(1));
        Assert.Null(await _ledger.MessageBodyAsync(recorded.MessageId));
    }

    [Fact]
    public async Task Each_source_has_its_own_limit_and_one_that_is_kept_for_ever_is_kept()
    {
        await Deliver("e1");
        var kept = (await _ledger.RecordAsync(Message("m") with { Source = "kept" })).MessageId;
        var other = (await _ledger.RecordAsync(Message("m") with { Source = "other" })).MessageId;
        Clock.Advance(Month);

        var removed = await RemoveBodies(
            Clock.GetUtcNow(), new() { ["kept"] = null, ["other"] = Clock.GetUtcNow() - Month - TimeSpan.FromDays(1) });

        Assert.Equal("clinic", Assert.Single(removed).Source);
        Assert.NotNull(await _ledger.MessageBodyAsync(kept));
        Assert.NotNull(await _ledger.MessageBodyAsync(other));
        Assert.Empty(await RemoveBodies(null));
    }

    [Fact]
    public async Task Bodies_go_in_small_steps_past_those_that_stay()
    {
        for (var i = 0; i < 10; i++) await _ledger.RecordAsync(Message($"m{i}", i % 3 == 0 ? [Owed($"e{i}", $"l{i}")] : []));
        Clock.Advance(Month);

        var (steps, removed, next) = (0, 0, (long?)0);
        while (next is { } after)
        {
            var step = await _ledger.RemoveBodiesAsync(new SettledBefore(Clock.GetUtcNow(), Every), after, most: 3);
            Assert.True(step.Removed.Sum(each => each.Count) <= 3);
            (steps, removed, next) = (steps + 1, removed + step.Removed.Sum(each => each.Count), step.Next);
        }

        Assert.Equal((4, 6), (steps, removed));
    }

    [Fact]
    public async Task Without_its_body_nothing_is_replayed_and_dead_ones_are_counted_apart()
    {
        var delivered = await Deliver("e1");
        var dead = await RecordOne("e2");
        await _ledger.MarkDeadAsync(await ClaimOne(), "400", "{}");
        Clock.Advance(Month);
        Assert.Equal(1, Assert.Single(await RemoveBodies(Clock.GetUtcNow())).Undelivered);

        foreach (var id in new[] { delivered, dead })
            Assert.Equal(ReplayResult.BodyGone, await _ledger.ReplayAsync(id, "by hand"));

        Assert.Empty(await ClaimKeys());
        Assert.Equal(["delivered"], await Outcomes(delivered));
    }

    [Fact]
    public async Task A_repeat_of_what_was_delivered_stays_a_duplicate_though_the_body_is_gone()
    {
        var id = await Deliver("e1");
        Clock.Advance(Month);
        await RemoveBodies(Clock.GetUtcNow());

        var again = await _ledger.RecordAsync(Message("message of e1", Owed("e1")));

        Assert.Equal((true, (await View(id)).MessageId, false), (again.Duplicate, again.MessageId, again.BodyDiffers));
        Assert.Null(await _ledger.MessageBodyAsync(again.MessageId));
        Assert.Empty(await ClaimKeys());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_repeat_of_what_was_never_delivered_is_heard_again_once_the_body_is_gone(bool refused)
    {
        var dead = await RecordOne("e1");
        if (refused) await _ledger.RefuseAsync(dead, "unknown appointment", "{}");
        else await _ledger.MarkDeadAsync(await ClaimOne(), "400", "{}");
        Clock.Advance(Month);
        await RemoveBodies(Clock.GetUtcNow());
        Assert.False(await _ledger.ReviveAsync(dead));

        var again = await _ledger.RecordAsync(Message("message of e1", Owed("e1")));
        var third = await _ledger.RecordAsync(Message("message of e1", Owed("e1")));

        Assert.Equal((false, true), (again.Duplicate, third.Duplicate));
        Assert.Equal(again.MessageId, third.MessageId);
        var claim = await ClaimOne();
        Assert.Equal((again.MessageId, "e1"), (claim.MessageId, claim.EventKey));
        Assert.Equal("{}", Encoding.UTF8.GetString((await _ledger.MessageBodyAsync(claim.MessageId))!));
    }

    [Fact]
    public async Task A_delivery_whose_correlation_changes_after_its_body_went_stays_delivered_and_that_is_told()
    {
        await _ledger.PutCorrelationAsync("clinic", "task", """{"patient":"1"}""");
        await _ledger.RecordAsync(Message("m1", Owed("e1") with { Correlation = "task" }));
        Clock.Advance(TimeSpan.FromSeconds(1));
        var claim = await ClaimOne();
        var id = claim.Id;
        await _ledger.DeliveredAsync(claim, "{}");
        Clock.Advance(Month);
        await RemoveBodies(Clock.GetUtcNow());
        var told = Stranded();

        Assert.Equal(0, await _ledger.PutCorrelationAsync("clinic", "task", """{"patient":"2"}"""));

        Assert.Equal(DeliveryState.Delivered, (await View(id)).State);
        Assert.Equal("stranded", (await Outcomes(id))[^1]);
        Assert.Equal(("clinic", id), (Assert.Single(told).Source, told[0].DeliveryId));
        Assert.Empty(await ClaimKeys());
    }

    [Fact]
    public async Task A_version_that_is_to_be_brought_back_after_its_body_went_stays_and_that_is_told()
    {
        var first = await DeliverVersion("v1");
        Clock.Advance(Month);
        await RemoveBodies(Clock.GetUtcNow());
        var misplaced = await DeliverVersion("v2");
        var told = Stranded();

        await _ledger.ReplayAsync(misplaced, "it belongs to another document");
        await _ledger.DeliveredAsync(await ClaimOne(), "{}", [new NewVersion("another set", "v2", "2", "{}", "[]") { Subject = "A" }]);

        Assert.Equal((DeliveryState.Delivered, first), ((await View(first)).State, Assert.Single(told).DeliveryId));
        Assert.Equal(["delivered", "stranded"], await Outcomes(first));
        Assert.Equal("v1", (await Latest("set"))!.VersionId);
        Assert.Empty(await ClaimKeys());
    }

    [Fact]
    public async Task Of_several_gateways_one_removes_what_is_old()
    {
        var other = Another();
        Assert.True(await _ledger.BeginRetentionAsync(TimeSpan.FromHours(1)));
        Assert.False(await other.BeginRetentionAsync(TimeSpan.FromHours(1)));

        Clock.Advance(TimeSpan.FromHours(1));
        Assert.True(await other.BeginRetentionAsync(TimeSpan.FromHours(1)));
        Assert.False(await _ledger.BeginRetentionAsync(TimeSpan.FromHours(1)));
    }

    [Fact]
    public async Task A_restored_ledger_knows_what_came_before()
    {
        await RecordOne("e1");
        Assert.Null(await _ledger.CopiedAtAsync());
        await _ledger.MarkCopiedAsync();
        var before = await _ledger.CopiedAtAsync();
        var later = await View(await RecordOne("e2"));
        Assert.InRange(later.Sequence, before!.Value + 1, long.MaxValue);
    }

    private static Dictionary<string, DateTimeOffset?> Every => [];

    private async Task<string> Deliver(string eventKey, string lane = "lane")
    {
        var id = await RecordOne(eventKey, lane);
        await _ledger.DeliveredAsync(await ClaimOne(), "{}");
        return id;
    }

    private List<StrandedDelivery> Stranded()
    {
        var told = new List<StrandedDelivery>();
        _ledger.Stranded += told.Add;
        return told;
    }

    private async Task<List<RemovedMessages>> RemoveBodies(
        DateTimeOffset? before, Dictionary<string, DateTimeOffset?>? sources = null)
    {
        var removed = new List<RemovedMessages>();
        for (long? next = 0; next is { } after;)
        {
            var step = await _ledger.RemoveBodiesAsync(new SettledBefore(before, sources ?? Every), after);
            removed.AddRange(step.Removed);
            next = step.Next;
        }

        return removed;
    }
}
