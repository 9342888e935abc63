namespace FhirGateway.Ledger.Tests;

public abstract partial class LedgerContract
{
    [Fact]
    public async Task What_is_settled_is_forgotten_once_it_is_old_enough_and_its_body_is_gone()
    {
        var delivered = await Deliver("e1");
        var message = (await View(delivered)).MessageId;
        Clock.Advance(Month);
        Assert.Empty(await Forget(Clock.GetUtcNow())); // the body first
        await RemoveBodies(Clock.GetUtcNow());
        Assert.Empty(await Forget(Clock.GetUtcNow() - Month - TimeSpan.FromTicks(10)));

        var removed = Assert.Single(await Forget(Clock.GetUtcNow() - Month));

        Assert.Equal(("clinic", 1, 0), (removed.Source, removed.Count, removed.Undelivered));
        Assert.Null(await _ledger.MessageAsync(message));
        Assert.Null(await _ledger.DeliveryAsync(delivered));
        Assert.Empty(await _ledger.DeliveriesAsync(new DeliveryFilter()));
        Assert.Equal(ReplayResult.Unknown, await _ledger.ReplayAsync(delivered, "by hand"));
    }

    [Fact]
    public async Task What_is_owed_is_never_forgotten_nor_what_is_dead_unless_somebody_says_so()
    {
        var pending = await RecordOne("pending", "a");
        var parked = await Parked("parked", "Patient/1", TimeSpan.FromDays(9999));
        var dead = await RecordOne("dead", "c");
        var claims = await _ledger.ClaimAsync(10, TimeSpan.FromDays(9999));
        await _ledger.MarkDeadAsync(claims.Single(claim => claim.Id == dead), "400", "{}");
        Clock.Advance(TimeSpan.FromDays(3650));
        await RemoveBodies(Clock.GetUtcNow());

        Assert.Empty(await Forget(Clock.GetUtcNow()));
        Assert.Empty(await Forget(Clock.GetUtcNow(), deadBefore: Start.AddDays(-1)));
        Assert.Equal(1, Assert.Single(await Forget(Clock.GetUtcNow(), deadBefore: Clock.GetUtcNow())).Undelivered);

        Assert.Null(await _ledger.DeliveryAsync(dead));
        Assert.NotNull(await _ledger.DeliveryAsync(pending));
        Assert.NotNull(await _ledger.DeliveryAsync(parked));
    }

    [Fact]
    public async Task What_came_again_lately_is_remembered_and_after_that_it_is_new()
    {
        var first = await Deliver("e1");
        Clock.Advance(Month);
        await RemoveBodies(Clock.GetUtcNow());
        Assert.True((await _ledger.RecordAsync(Message("message of e1", Owed("e1")))).Duplicate);
        Assert.Empty(await Forget(Clock.GetUtcNow() - TimeSpan.FromDays(1)));

        Clock.Advance(TimeSpan.FromDays(1));
        Assert.Single(await Forget(Clock.GetUtcNow() - TimeSpan.FromDays(1)));

        var again = await _ledger.RecordAsync(Message("message of e1", Owed("e1")));
        Assert.False(again.Duplicate);
        Assert.NotEqual(first, (await ClaimOne()).Id);
    }

    [Fact]
    public async Task What_another_message_brought_again_is_remembered_as_long_as_that()
    {
        var first = await Deliver("e1");
        Clock.Advance(Month);
        await _ledger.RecordAsync(Message("another", Owed("e1"), Owed("e1")));
        await RemoveBodies(Clock.GetUtcNow());
        Assert.Empty(await Forget(Clock.GetUtcNow() - Month));
        Assert.Equal(DeliveryState.Duplicate, Assert.Single((await _ledger.RecordAsync(Message("third", Owed("e1")))).Deliveries).State);

        Clock.Advance(Month);
        await RemoveBodies(Clock.GetUtcNow());
        Assert.Equal(2, Assert.Single(await Forget(Clock.GetUtcNow() - Month)).Count); // both that brought it again
        Assert.NotNull(await _ledger.DeliveryAsync(first));
        Assert.Equal(1, Assert.Single(await Forget(Clock.GetUtcNow() - Month)).Count);
        Assert.Null(await _ledger.DeliveryAsync(first));
    }

    [Fact]
    public async Task Versions_and_decisions_that_count_outlive_the_receipts()
    {
        var ended = await DeliverVersion("v0");
        var first = await DeliverVersion("v1");
        await RecordOne("decided");
        await _ledger.ParkAsync(await ClaimOne(), "conflict:1", "whose?", Clock.GetUtcNow());
        await _ledger.DecideAsync((await ClaimOne()).Id, "conflict:", "correct", "as the desk says", "me");
        Clock.Advance(Lease);
        var claim = await ClaimOne();
        await _ledger.DeliveredAsync(
            claim, "{}", [new NewVersion("set", "v2", "2", "{}", "[]") { Subject = "A" }], [new EndedVersions("set", "A", "corrected", ended)]);
        await ForgetAll();

        Assert.Null(await _ledger.DeliveryAsync(first));
        Assert.Equal(["v2", "v1"], (await _ledger.VersionsAsync("clinic", "set", "A")).Select(version => version.VersionId));
        Assert.Equal("v2", (await Latest("set"))!.VersionId);
        Assert.Equal("correct", Assert.Single(await _ledger.DecisionsAsync("clinic", "set", "A")).Choice);

        // A later one follows on them, and is current.
        await DeliverVersion("v3");
        Assert.Equal("v3", (await Latest("set"))!.VersionId);
        await DeliverVersion("v1.5", isLate: true);
        Assert.Equal("v3", (await Latest("set"))!.VersionId);
    }

    [Fact]
    public async Task A_version_that_is_to_be_brought_back_after_it_was_forgotten_is_told_of()
    {
        var first = await DeliverVersion("v1");
        await ForgetAll();
        var misplaced = await DeliverVersion("v2");
        var told = Stranded();

        await _ledger.ReplayAsync(misplaced, "it belongs to another document");
        await _ledger.DeliveredAsync(await ClaimOne(), "{}", [new NewVersion("another set", "v2", "2", "{}", "[]") { Subject = "A" }]);

        Assert.Equal(("clinic", first), (Assert.Single(told).Source, told[0].DeliveryId));
        Assert.Contains("receipt is gone", told[0].Why, StringComparison.Ordinal);
        Assert.Equal("v1", (await Latest("set"))!.VersionId);
        Assert.Empty(await ClaimKeys());
    }

    [Fact]
    public async Task A_copy_of_a_ledger_that_forgot_all_its_deliveries_knows_where_it_stood()
    {
        await DeliverVersion("v1");
        var sequence = (await Latest("set"))!.Sequence;
        await ForgetAll();

        await _ledger.MarkCopiedAsync();

        Assert.Equal(sequence, await _ledger.CopiedAtAsync());
    }

    [Fact]
    public async Task Receipts_go_in_steps_that_are_small_however_much_one_message_told()
    {
        for (var i = 0; i < 4; i++)
        {
            var events = Enumerable.Range(0, 600).Select(n => new NewDelivery($"{i}-{n}", "ONGOING", "x", Acknowledged: "no"));
            await _ledger.RecordAsync(Message($"m{i}", [.. events]));
        }

        Clock.Advance(Month);
        await RemoveBodies(Clock.GetUtcNow());
        var (steps, removed, next) = (0, 0, (long?)0);
        while (next is { } after)
        {
            var step = await _ledger.RemoveReceiptsAsync(
                new SettledBefore(Clock.GetUtcNow(), Every), new SettledBefore(null, Every), after, most: 3);
            Assert.InRange(step.Removed.Sum(each => each.Count), 0, 1);
            (steps, removed, next) = (steps + 1, removed + step.Removed.Sum(each => each.Count), step.Next);
        }

        Assert.Equal(4, removed);
        Assert.InRange(steps, 4, 5);
    }

    private async Task ForgetAll()
    {
        Clock.Advance(Month);
        await RemoveBodies(Clock.GetUtcNow());
        Assert.NotEmpty(await Forget(Clock.GetUtcNow()));
        Assert.Empty(await _ledger.DeliveriesAsync(new DeliveryFilter()));
    }

    private async Task<List<RemovedMessages>> Forget(DateTimeOffset before, DateTimeOffset? deadBefore = null)
    {
        var removed = new List<RemovedMessages>();
        for (long? next = 0; next is { } after;)
        {
            var step = await _ledger.RemoveReceiptsAsync(new SettledBefore(before, Every), new SettledBefore(deadBefore, Every), after);
            removed.AddRange(step.Removed);
            next = step.Next;
        }

        return removed;
    }
}
