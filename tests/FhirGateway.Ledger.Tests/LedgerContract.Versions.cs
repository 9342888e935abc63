namespace FhirGateway.Ledger.Tests;

public abstract partial class LedgerContract
{
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
        await _ledger.ReplayAsync(id, "its correlation was corrected");
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
    public async Task A_person_may_decide_while_the_destination_is_down()
    {
        var id = await RecordOne("event");
        await _ledger.ParkAsync(await ClaimOne(), "conflict:1", "whose is it?", Clock.GetUtcNow());
        await _ledger.RetryAsync(await ClaimOne(), "unreachable", Clock.GetUtcNow().AddHours(1), counts: false, awaitsDestination: true);

        Assert.Equal(DecisionResult.Decided, await _ledger.DecideAsync(id, "conflict:", "separate", "two people", "nurse"));
        Assert.Equal(id, (await ClaimOne()).Id);
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
        await _ledger.ReplayAsync(id, "its correlation was corrected");
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
