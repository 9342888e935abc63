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
    public async Task A_claim_tells_how_often_it_was_refused_since_an_attempt_without_an_answer()
    {
        await RecordOne("e1");
        Assert.Null((await ClaimAndAsync(claim => _ledger.RetryAsync(claim, "400", Clock.GetUtcNow()))).RefusalsSinceUnanswered);
        Assert.Null((await ClaimAndAsync(claim => _ledger.RetryAsync(claim, "cut", Clock.GetUtcNow(), unanswered: true))).RefusalsSinceUnanswered);
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
        Assert.Equal([("atomic", "no"), ("entries", "6")], learnt.OrderBy(each => each.Key).Select(each => (each.Key, each.Value)));
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
    public async Task The_latest_version_is_the_last_that_was_current_and_never_one_that_came_late()
    {
        var ids = new List<string>();
        foreach (var (key, late) in new[] { ("v2", false), ("v1", true), ("v3", false), ("v2b", true) })
        {
            ids.Add(await RecordOne(key));
            await _ledger.DeliveredAsync(
                await ClaimOne(), "{}", [new NewVersion("set", key, "of " + key, $"\"{key}\"", "[]") { IsLate = late }]);
        }

        Assert.Equal("v3", (await Latest("set"))!.VersionId);
        var before = await Latest("set", ids[2]);
        Assert.Equal(
            (ids[0], "v2", "of v2", "\"v2\"", "[]"), (before!.DeliveryId, before.VersionId, before.Order, before.Document, before.Owned));
        Assert.Null(await Latest("another set"));
        Assert.Empty(await _ledger.LatestVersionsAsync("another source", ["set"]));
    }

    [Fact]
    public async Task Each_subject_has_a_latest_version_of_its_own_until_it_is_ended()
    {
        foreach (var (key, subject) in new[] { ("a1", "A"), ("b1", "B"), ("a2", "A") })
        {
            await RecordOne(key);
            await _ledger.DeliveredAsync(
                await ClaimOne(), "{}",
                [new NewVersion("set", key, key, "{}", "[]") { Subject = subject, SubjectAsGiven = "the " + subject, Composition = "{}" }]);
        }

        Assert.Equal(
            [("a2", "the A"), ("b1", "the B")],
            (await _ledger.LatestVersionsAsync("clinic", ["set"])).OrderBy(each => each.Subject).Select(each => (
                each.VersionId, each.SubjectAsGiven!)));
        Assert.Equal(["a2", "a1"], (await _ledger.VersionsAsync("clinic", "set", "A")).Select(each => each.VersionId));

        await RecordOne("b2");
        await _ledger.DeliveredAsync(
            await ClaimOne(), "{}", [
                new NewVersion("set", "b2", "b2", "{}", "[]") { Subject = "B" }], [new EndedVersions("set", "A", "corrected")]);

        Assert.Equal("b2", (await Latest("set"))!.VersionId);
        Assert.Empty(await _ledger.VersionsAsync("clinic", "set", "A"));
        Assert.Equal(["b2", "b1"], (await _ledger.VersionsAsync("clinic", "set", "B")).Select(each => each.VersionId));
    }

    [Fact]
    public async Task What_a_delivery_wrote_for_somebody_else_is_not_forgotten_when_it_is_delivered_again()
    {
        var id = await RecordOne("e1");
        await _ledger.DeliveredAsync(await ClaimOne(), "{}", [new NewVersion("set", "v1", "1", "{}", "[]") { Subject = "A" }]);
        await _ledger.ReplayAsync(id, "its correlation was mended");
        await _ledger.DeliveredAsync(await ClaimOne(), "{}", [new NewVersion("set", "v1", "1", "{}", "[]") { Subject = "B" }]);

        Assert.Equal(["A", "B"], (await _ledger.VersionsOfAsync(id)).Select(each => each.Subject).Order());
    }

    [Fact]
    public async Task A_decision_is_kept_with_who_made_it_and_sends_the_delivery_out_again()
    {
        var id = await RecordOne("e1");
        await _ledger.ParkAsync(await ClaimOne(), "conflict:1", "why", Start.AddDays(1));
        Assert.Equal(DecisionResult.NotAsked, await _ledger.DecideAsync(id, "other:", "yes", "because", "me"));
        Assert.Equal(DecisionResult.Unknown, await _ledger.DecideAsync("nobody", "conflict:", "yes", "because", "me"));

        Assert.Equal(DecisionResult.Decided, await _ledger.DecideAsync(id, "conflict:", "yes", "because", "me"));

        Assert.Equal(DecisionResult.NotAsked, await _ledger.DecideAsync(id, "conflict:", "no", "on second thought", "you"));
        Assert.Equal(
            new Decision("conflict:1", "yes", "because", "me", Clock.GetUtcNow()), Assert.Single(await _ledger.DecisionsAsync(id)));
        Assert.Equal("e1", (await ClaimOne()).EventKey);
        Assert.Equal(["parked", "decided", "running"], await Outcomes(id));
    }

    [Fact]
    public async Task A_decision_lets_those_of_its_lane_try_at_once_that_wait_for_the_like_and_no_others()
    {
        var decided = await RecordOne("e1");
        await _ledger.ParkAsync(await ClaimOne(), "conflict:1", "why", Start.AddDays(1));
        (string, string, string)[] others = [("e2", "lane", "conflict:2"), ("e3", "lane", "Patient?x"), ("e4", "two", "conflict:1")];
        foreach (var (key, lane, waitsFor) in others)
        {
            await RecordOne(key, lane);
            await _ledger.ParkAsync(await ClaimOne(), waitsFor, "why", Start.AddDays(1));
        }

        await _ledger.DecideAsync(decided, "conflict:", "yes", "because", "me");

        var first = await ClaimOne();
        Assert.Equal("e1", first.EventKey);
        await _ledger.DeliveredAsync(first, "{}");
        Assert.Equal(["e2"], await ClaimKeys());
    }

    [Fact]
    public async Task A_decision_about_one_subjects_document_does_not_hold_for_another_subjects()
    {
        foreach (var subject in new[] { "A", "B" })
        {
            var id = await RecordOne(subject);
            await _ledger.ParkAsync(await ClaimOne(), "conflict:1", "why", Start.AddDays(1));
            await _ledger.DecideAsync(id, "conflict:", "for " + subject, "because", "me");
            Assert.Equal("for " + subject, Assert.Single(await _ledger.DecisionsAsync(id)).Choice);
            await _ledger.DeliveredAsync(await ClaimOne(), "{}", [new NewVersion("set", subject, "1", "{}", "[]") { Subject = subject }]);
        }

        Assert.Equal("for A", Assert.Single(await _ledger.DecisionsAsync("clinic", "set", "A")).Choice);
        Assert.Empty(await _ledger.DecisionsAsync("clinic", "set", "C"));
        Assert.Empty(await _ledger.DecisionsAsync("elsewhere", "set", "A"));
    }

    [Fact]
    public async Task A_decision_made_while_the_delivery_was_looking_is_not_waited_for()
    {
        var id = await RecordOne("e1");
        await _ledger.ParkAsync(await ClaimOne(), "conflict:1", "why", Start);
        var again = await ClaimOne();
        Assert.Equal(DecisionResult.Decided, await _ledger.DecideAsync(id, "conflict:", "yes", "because", "me"));

        await _ledger.ParkAsync(again, "conflict:1", "why", Start.AddDays(1));

        Assert.Equal("e1", (await ClaimOne()).EventKey);
    }

    [Fact]
    public async Task A_delivery_may_carry_a_version_of_each_of_several_documents()
    {
        await RecordOne("e1");
        await _ledger.DeliveredAsync(
            await ClaimOne(), "{}", [new NewVersion("a", "e1", "1", "{}", "[]"), new NewVersion("b", "e1", "1", "{}", "[]")]);
        var id = await RecordOne("e2");
        await _ledger.DeliveredAsync(await ClaimOne(), "{}", [new NewVersion("b", "e2", "2", "{}", "[]")]);

        var latest = await _ledger.LatestVersionsAsync("clinic", ["a", "b", "c"]);
        Assert.Equal(
            [("a", "e1"), ("b", "e2")], latest.OrderBy(version => version.SetKey).Select(version => (version.SetKey, version.VersionId)));
        Assert.Equal(["e1", "e1"], (await _ledger.LatestVersionsAsync("clinic", ["a", "b"], id)).Select(version => version.VersionId));
        Assert.Empty(await _ledger.LatestVersionsAsync("another source", ["a", "b"]));
    }

    [Fact]
    public async Task A_delivery_that_no_longer_carries_a_document_is_forgotten_as_its_version()
    {
        var id = await RecordOne("e1");
        await _ledger.DeliveredAsync(await ClaimOne(), "{}", [new NewVersion("provisional", "v1", "1", "{}", "[]")]);
        await _ledger.ReplayAsync(id, "its correlation was mended");
        await _ledger.DeliveredAsync(await ClaimOne(), "{}", [new NewVersion("document", "v1", "1", "{}", "[]")]);

        Assert.Null(await Latest("provisional"));
        Assert.NotNull(await Latest("document"));
    }

    [Fact]
    public async Task A_replayed_version_replaces_its_own_record()
    {
        var id = await RecordOne("e1");
        await _ledger.DeliveredAsync(await ClaimOne(), "{}", [new NewVersion("set", "v1", "1", "{}", "[1]")]);
        await _ledger.ReplayAsync(id, "by hand");
        await _ledger.DeliveredAsync(await ClaimOne(), "{}", [new NewVersion("set", "v1", "1", "{}", "[2]")]);

        Assert.Equal("[2]", (await Latest("set"))!.Owned);
        Assert.Null(await Latest("set", id));
    }

    private async Task<DeliveredVersion?> Latest(string setKey, string? excludingDeliveryId = null) =>
        (await _ledger.LatestVersionsAsync("clinic", [setKey], excludingDeliveryId)).SingleOrDefault();
}
