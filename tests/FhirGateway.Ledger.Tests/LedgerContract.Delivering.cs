namespace FhirGateway.Ledger.Tests;

public abstract partial class LedgerContract
{
    [Fact]
    public async Task What_a_process_held_that_has_ended_is_claimable_at_once()
    {
        var id = await RecordOne("event");
        var other = Another();
        Assert.Single(await other.ClaimAsync(1, Lease));
        Assert.Empty(await _ledger.ClaimAsync(1, Lease));

        await other.DisposeAsync();

        Assert.Equal(2, (await ClaimOne()).Attempt);
        Assert.Equal(["interrupted", "running"], await Outcomes(id));
    }

    [Fact]
    public async Task A_clock_that_is_set_back_an_hour_delays_nothing()
    {
        await RecordOne("retried", "a");
        await _ledger.RetryAsync(await ClaimOne(), "down", Clock.GetUtcNow().AddSeconds(30));
        await RecordOne("parked", "b");
        await _ledger.ParkAsync(await ClaimOne(), "Patient?identifier=x", "not there", Clock.GetUtcNow().AddMinutes(1));
        await RecordOne("new", "c");

        Clock.AdjustTime(Clock.GetUtcNow().AddHours(-1));

        Assert.Equal(["retried", "parked", "new"], await ClaimKeys());
    }

    [Fact]
    public async Task A_claim_is_a_workers_own_until_another_takes_it_over_or_it_ends()
    {
        await RecordOne("event");
        var first = await ClaimOne();
        Assert.True(await _ledger.HoldsAsync(first));

        Clock.Advance(Lease);
        var second = await ClaimOne();
        Assert.False(await _ledger.HoldsAsync(first));
        Assert.True(await _ledger.HoldsAsync(second));

        await _ledger.DeliveredAsync(second, "{}");
        Assert.False(await _ledger.HoldsAsync(second));
    }

    [Fact]
    public async Task Only_the_sources_that_are_asked_for_are_claimed_whatever_the_case_of_their_names()
    {
        foreach (var source in new[] { "clinic", "North-Clinic", "gone" })
            await _ledger.RecordAsync(Message("m", Owed("of " + source)) with { Source = source });
        var north = new SourceFilter(["north-CLINIC"], isExcept: false);
        var others = new SourceFilter(["north-clinic"], isExcept: true);

        Assert.Equal(["clinic", "gone"], (await _ledger.DueLanesAsync(10, others)).Select(lane => lane.Source));
        Assert.Equal(["North-Clinic"], (await _ledger.ClaimAsync(10, Lease, north)).Select(claim => claim.Source));
        Assert.Equal(["clinic", "gone"], (await _ledger.ClaimAsync(10, Lease, others)).Select(claim => claim.Source));
        Assert.Empty(await _ledger.ClaimAsync(10, Lease, new SourceFilter([], isExcept: false)));
    }

    [Fact]
    public async Task Each_of_several_that_wait_for_work_is_told_of_it()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await _ledger.WaitForWorkAsync(Lease, "one", cancellationToken);
        await _ledger.WaitForWorkAsync(Lease, "other", cancellationToken);
        var (one, other) = (
            _ledger.WaitForWorkAsync(Lease, "one", cancellationToken), _ledger.WaitForWorkAsync(Lease, "other", cancellationToken));

        await RecordOne("event");

        await Task.WhenAll(one, other);
    }

    [Fact]
    public async Task A_lane_goes_strictly_in_the_order_of_recording()
    {
        await RecordOne("a1", "a");
        await RecordOne("a2", "a");
        await RecordOne("b1", "b");
        await RecordOne("a3", "a");

        var first = await _ledger.ClaimAsync(10, Lease);
        Assert.Equal(["a1", "b1"], first.Select(claim => claim.EventKey));
        Assert.Empty(await ClaimKeys());

        await _ledger.DeliveredAsync(first[0], "{}");
        var second = await ClaimOne();
        Assert.Equal("a2", second.EventKey);
        await _ledger.RetryAsync(second, "409", Clock.GetUtcNow().AddSeconds(10));
        Assert.Empty(await ClaimKeys());
        Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(["a2"], await ClaimKeys());
    }

    [Fact]
    public async Task One_lane_name_in_two_sources_is_two_lanes()
    {
        await _ledger.RecordAsync(Message("m1", Owed("e1")));
        await _ledger.RecordAsync(Message("m1", Owed("e2")) with { Source = "other" });

        Assert.Equal(["e1", "e2"], await ClaimKeys());
    }

    [Fact]
    public async Task Parked_and_dead_deliveries_let_their_lane_go_on()
    {
        await RecordOne("e1");
        await RecordOne("e2");
        await RecordOne("e3");

        await _ledger.ParkAsync(await ClaimOne(), "Patient/1", "unknown patient", Clock.GetUtcNow().AddHours(1));
        await _ledger.MarkDeadAsync(await ClaimOne(), "400", "{}");
        Assert.Equal(["e3"], await ClaimKeys());
    }

    [Fact]
    public async Task Deliveries_that_are_claimed_together_are_each_told_their_own_past()
    {
        string[] names = ["new", "refused", "unanswered", "dropped"];
        var ids = new Dictionary<string, string>();
        foreach (var name in names[1..]) ids[name] = await RecordOne(name, lane: name);
        foreach (var claim in await _ledger.ClaimAsync(10, Lease))
        {
            if (claim.EventKey == "dropped") continue;
            await _ledger.RetryAsync(claim, "no", Clock.GetUtcNow(), unanswered: claim.EventKey == "unanswered", counts: false);
        }

        Clock.Advance(Lease + TimeSpan.FromSeconds(1));
        ids["new"] = await RecordOne("new", lane: "new");
        var claims = (await _ledger.ClaimAsync(10, Lease)).ToDictionary(claim => claim.EventKey);

        Assert.Equal(
            [("new", 1, 1, null), ("refused", 2, 1, null), ("unanswered", 2, 1, 0), ("dropped", 2, 2, (int?)0)],
            names.Select(name => (
                name, claims[name].Attempt, claims[name].RoundAttempt, claims[name].RefusalsSinceUnanswered)));
        Assert.Equal(4, claims.Values.Select(claim => claim.Token).Distinct().Count());
        foreach (var name in names) Assert.Equal(claims[name].Attempt, (await View(ids[name])).Attempts);
        Assert.Equal(["interrupted", "running"], await Outcomes(ids["dropped"]));
        Assert.Equal(["running"], await Outcomes(ids["new"]));
        foreach (var claim in claims.Values) Assert.True(await _ledger.DeliveredAsync(claim, "{}"));
        Assert.Equal(["unanswered", "delivered"], await Outcomes(ids["unanswered"]));
    }

    [Fact]
    public async Task A_claim_tells_how_often_it_was_refused_since_an_attempt_without_an_answer()
    {
        await RecordOne("e1");
        Assert.Null((await ClaimAndAsync(claim => _ledger.RetryAsync(claim, "400", Clock.GetUtcNow()))).RefusalsSinceUnanswered);
        Assert.Null(
            (await ClaimAndAsync(claim => _ledger.RetryAsync(claim, "cut", Clock.GetUtcNow(), unanswered: true))).RefusalsSinceUnanswered);
        Assert.Equal(0, (await ClaimAndAsync(claim => _ledger.RetryAsync(claim, "400", Clock.GetUtcNow()))).RefusalsSinceUnanswered);
        Assert.Equal(1, (await ClaimAndAsync(_ => Task.FromResult(true))).RefusalsSinceUnanswered);

        // The worker that holds it dies: what it sent may be at work.
        Clock.Advance(Lease + TimeSpan.FromSeconds(1));
        Assert.Equal(0, (await ClaimOne()).RefusalsSinceUnanswered);

        async Task<ClaimedDelivery> ClaimAndAsync(Func<ClaimedDelivery, Task<bool>> end)
        {
            var claim = await ClaimOne();
            Assert.True(await end(claim));
            return claim;
        }
    }

    [Fact]
    public async Task What_was_learnt_is_known_under_its_subject_and_the_newest_counts()
    {
        await _ledger.LearnAsync("https://one.example", "atomic", "no");
        await _ledger.LearnAsync("https://one.example", "entries", "12");
        await _ledger.LearnAsync("https://one.example", "entries", "6");
        await _ledger.LearnAsync("https://two.example", "entries", "5");

        var learnt = await _ledger.LearntAsync("https://one.example");
        Assert.Equal([("atomic", "no"), ("entries", "6")], learnt.OrderBy(each => each.Key).Select(each => (each.Key, each.Value.Value)));
        Assert.All(learnt.Values, each => Assert.Equal(Clock.GetUtcNow(), each.At));
        Assert.Empty(await _ledger.LearntAsync("https://three.example"));
    }

    [Fact]
    public async Task A_relaned_delivery_is_due_at_once_in_its_new_lane_and_has_not_failed()
    {
        var id = await RecordOne("e1", "provisional");
        await _ledger.RetryAsync(await ClaimOne(), "503", Clock.GetUtcNow());
        var claim = await ClaimOne();
        Assert.True(await _ledger.RelaneAsync(claim, "document", "found"));

        var relaned = await View(id);
        Assert.Equal((DeliveryState.Pending, "document", "found"), (relaned.State, relaned.Lane, relaned.Reason));
        var again = await ClaimOne();
        Assert.Equal(("document", 3, claim.RoundAttempt), (again.Lane, again.Attempt, again.RoundAttempt));
        Assert.Equal(["retry", "relaned", "running"], await Outcomes(id));
    }

    [Fact]
    public async Task Deliveries_relaned_into_one_lane_go_one_by_one_in_the_order_of_recording()
    {
        await RecordOne("e1", "provisional 1");
        await RecordOne("e2", "provisional 2");
        var claims = await _ledger.ClaimAsync(10, Lease);
        await _ledger.RelaneAsync(claims[1], "document", "found");
        await _ledger.RelaneAsync(claims[0], "document", "found");

        var first = await ClaimOne();
        Assert.Equal("e1", first.EventKey);
        Assert.Empty(await ClaimKeys());
        await _ledger.DeliveredAsync(first, "{}");
        Assert.Equal(["e2"], await ClaimKeys());
    }

    [Fact]
    public async Task A_delivery_relaned_behind_a_later_one_on_its_way_waits_for_it()
    {
        await RecordOne("e1", "provisional");
        var older = await ClaimOne();
        await RecordOne("e2", "document");
        var later = await ClaimOne();
        await _ledger.RelaneAsync(older, "document", "found");
        Assert.Empty(await ClaimKeys());

        await _ledger.DeliveredAsync(later, "{}");
        Assert.Equal(["e1"], await ClaimKeys());
    }

    [Fact]
    public async Task A_delivered_one_keeps_its_receipt_and_attempts()
    {
        var id = await RecordOne("e1");
        await _ledger.RetryAsync(await ClaimOne(), "503", Clock.GetUtcNow());
        var claim = await ClaimOne();
        Assert.Equal((2, 2), (claim.Attempt, claim.RoundAttempt));
        Clock.Advance(TimeSpan.FromMilliseconds(250));
        Assert.True(await _ledger.DeliveredAsync(claim, """{"created":1}"""));

        var history = await _ledger.DeliveryAsync(id);
        Assert.Equal(
            (DeliveryState.Delivered, """{"created":1}""", 2),
            (history!.Delivery.State, history.Delivery.Receipt, history.Delivery.Attempts));
        Assert.Equal(
            [new AttemptView(1, Start, Start, "retry", "503"), new AttemptView(2, Start, Start.AddMilliseconds(250), "delivered", null)],
            history.Attempts);
        Assert.Equal(TimeSpan.FromMilliseconds(250), history.Attempts[1].Duration);
        Assert.Empty(await ClaimKeys());
    }

    [Fact]
    public async Task A_delivery_whose_worker_vanished_comes_back_when_the_lease_ends()
    {
        var id = await RecordOne("e1");
        await RecordOne("e2");
        var lost = await ClaimOne();
        Clock.Advance(Lease - TimeSpan.FromTicks(1));
        Assert.Empty(await ClaimKeys());

        Clock.Advance(TimeSpan.FromTicks(1));
        var taken = await ClaimOne();
        Assert.Equal((lost.Id, 2), (taken.Id, taken.Attempt));
        Assert.Equal(["interrupted", "running"], await Outcomes(id));
    }

    [Fact]
    public async Task A_worker_that_lost_its_lease_changes_nothing_but_the_history()
    {
        var id = await RecordOne("e1");
        var lost = await ClaimOne();
        Clock.Advance(Lease);
        var taken = await ClaimOne();

        Assert.False(await _ledger.DeliveredAsync(lost, """{"late":true}""", [new NewVersion("set", "v1", "1", "{}", "[]")]));
        Assert.False(await _ledger.RetryAsync(lost, "late", Start));
        Assert.False(await _ledger.RelaneAsync(lost, "another lane", "late"));
        Assert.Equal("lane", (await View(id)).Lane);
        Assert.False(await _ledger.ParkAsync(lost, "x", "late", Start));
        Assert.False(await _ledger.MarkDeadAsync(lost, "late", "{}"));
        Assert.Equal(DeliveryState.Delivering, (await View(id)).State);
        Assert.Null(await Latest("set"));
        Assert.Contains("after that, delivered", (await _ledger.DeliveryAsync(id))!.Attempts[0].Reason, StringComparison.Ordinal);

        Assert.True(await _ledger.DeliveredAsync(taken, """{"late":false}"""));
        Assert.False(await _ledger.MarkDeadAsync(taken, "twice", "{}"));
        Assert.Equal((DeliveryState.Delivered, """{"late":false}"""), ((await View(id)).State, (await View(id)).Receipt));
    }

    [Fact]
    public async Task Racing_workers_claim_each_delivery_once()
    {
        for (var number = 0; number < 40; number++) await RecordOne("e" + number, "lane " + number);
        var others = new[] { _ledger, Another() };

        var claims = await Race(8, worker => others[worker % 2].ClaimAsync(10, Lease));
        var keys = claims.SelectMany(batch => batch).Select(claim => claim.EventKey).ToArray();
        Assert.Equal(40, keys.Length);
        Assert.Equal(40, keys.Distinct().Count());
    }

    [Fact]
    public async Task A_replayed_delivery_never_runs_beside_a_later_one_of_its_lane()
    {
        var id = await RecordOne("e1");
        await _ledger.DeliveredAsync(await ClaimOne(), "{}");
        await RecordOne("e2");
        var later = await ClaimOne();
        await _ledger.ReplayAsync(id, "by hand");
        Assert.Empty(await ClaimKeys());

        await _ledger.RetryAsync(later, "503", Clock.GetUtcNow());
        Assert.Equal(["e1"], await ClaimKeys());
    }

    [Fact]
    public async Task A_replayed_delivery_and_a_vanished_later_one_do_not_block_each_other()
    {
        var id = await RecordOne("e1");
        await _ledger.DeliveredAsync(await ClaimOne(), "{}");
        await RecordOne("e2");
        await ClaimOne();
        await _ledger.ReplayAsync(id, "by hand");
        Clock.Advance(Lease);

        var first = await ClaimOne();
        Assert.Equal("e1", first.EventKey);
        await _ledger.DeliveredAsync(first, "{}");
        Assert.Equal(["e2"], await ClaimKeys());
    }

    [Fact]
    public async Task What_waited_for_the_destination_is_due_at_once_when_it_is_back_and_nothing_else_is()
    {
        var waits = await RecordOne("waits", "a");
        await RecordOne("other", "b");
        var claims = await _ledger.ClaimAsync(2, Lease);
        var later = Clock.GetUtcNow().AddHours(1);
        await _ledger.RetryAsync(claims[0], "refused", later, counts: false, awaitsDestination: true);
        await _ledger.RetryAsync(claims[1], "busy", later);

        Assert.Equal(0, await _ledger.HastenAsync(new SourceFilter(["clinic"], isExcept: true))); // another destination is back
        Assert.Equal(1, await _ledger.HastenAsync(new SourceFilter(["Clinic"], isExcept: false)));

        var claim = await ClaimOne();
        Assert.Equal((waits, 2, 1), (claim.Id, claim.Attempt, claim.RoundAttempt));
    }
}
