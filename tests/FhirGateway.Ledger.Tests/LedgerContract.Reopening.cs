namespace FhirGateway.Ledger.Tests;

public abstract partial class LedgerContract
{
    [Fact]
    public async Task A_parked_delivery_is_tried_again_when_due()
    {
        var id = await RecordOne("e1");
        await _ledger.ParkAsync(await ClaimOne(), "Patient/1", "unknown patient", Start.AddMinutes(10));
        var parked = await View(id);
        Assert.Equal(
            (DeliveryState.Parked, "Patient/1", "unknown patient", Start.AddMinutes(10)),
            (parked.State, parked.WaitsFor, parked.Reason, parked.DueAt));

        Clock.Advance(TimeSpan.FromMinutes(9));
        Assert.Empty(await ClaimKeys());
        Clock.Advance(TimeSpan.FromMinutes(1));
        var claim = await ClaimOne();
        Assert.Equal((2, 1, Start), (claim.Attempt, claim.RoundAttempt, claim.ParkedSince));

        await _ledger.ParkAsync(claim, "Patient/1", "unknown patient", Start.AddMinutes(30));
        Assert.Equal(Start, (await View(id)).ParkedSince);
    }

    [Fact]
    public async Task Releasing_tries_what_waits_for_that_and_nothing_else()
    {
        var waiting = await RecordOne("e1", "a");
        await RecordOne("e2", "b");
        await _ledger.ParkAsync(await ClaimOne(), "Patient/1", "unknown", Start.AddDays(1));
        await _ledger.ParkAsync(await ClaimOne(), "Patient/2", "unknown", Start.AddDays(1));

        Assert.Equal(0, await _ledger.ReleaseAsync("other", "Patient/1"));
        Assert.Equal(1, await _ledger.ReleaseAsync("clinic", "Patient/1"));
        Assert.Equal(["e1"], await ClaimKeys());
        Assert.Equal(["parked", "released", "running"], await Outcomes(waiting));
    }

    [Fact]
    public async Task A_registered_correlation_releases_what_waits_for_it()
    {
        await RecordOne("e1");
        await _ledger.ParkAsync(await ClaimOne(), WaitsFor.Correlation("task-1"), "no correlation", Start.AddDays(1));
        Assert.Null(await _ledger.GetCorrelationAsync("clinic", "task-1"));

        Assert.Equal(1, await _ledger.PutCorrelationAsync("clinic", "task-1", """{"patient":"1"}"""));
        Assert.Equal(["e1"], await ClaimKeys());
        Assert.Equal(0, await _ledger.PutCorrelationAsync("clinic", "task-1", """{"patient":"2"}"""));
        Assert.Equal("""{"patient":"2"}""", await _ledger.GetCorrelationAsync("clinic", "task-1"));
        Assert.Null(await _ledger.GetCorrelationAsync("other", "task-1"));
    }

    [Fact]
    public async Task A_correlation_registered_while_an_attempt_looked_for_it_is_not_missed()
    {
        await _ledger.PutCorrelationAsync("clinic", "old", "{}");
        Clock.Advance(TimeSpan.FromSeconds(1));
        await RecordOne("e1", "a");
        await RecordOne("e2", "b");
        var looking = await ClaimOne();
        var unusable = await ClaimOne();
        await _ledger.PutCorrelationAsync("clinic", "new", "{}");

        await _ledger.ParkAsync(looking, WaitsFor.Correlation("new"), "no correlation", Start.AddDays(1));
        await _ledger.ParkAsync(unusable, WaitsFor.Correlation("old"), "names nobody", Start.AddDays(1));
        Assert.Equal(["e1"], await ClaimKeys());
    }

    [Theory]
    [InlineData("dead")]
    [InlineData("parked")]
    [InlineData("delivered")]
    [InlineData("retry")]
    public async Task What_has_ended_or_waits_is_due_at_once_when_it_is_replayed_and_keeps_its_history(string ended)
    {
        var id = await RecordOne("e1");
        var claim = await ClaimOne();
        _ = ended switch
        {
            "dead" => await _ledger.MarkDeadAsync(claim, "400", """{"resourceType":"OperationOutcome"}"""),
            "parked" => await _ledger.ParkAsync(claim, "Patient/1", "unknown", Start.AddDays(1)),
            "retry" => await _ledger.RetryAsync(claim, "503, Retry-After: 86400", Start.AddDays(1)),
            _ => await _ledger.DeliveredAsync(claim, """{"first":true}"""),
        };

        Assert.Equal(ReplayResult.Replayed, await _ledger.ReplayAsync(id, "by hand: mapping corrected"));
        var pending = await View(id);
        Assert.Equal((DeliveryState.Pending, null, null), (pending.State, pending.WaitsFor, pending.Outcome));
        Assert.Equal(ended == "delivered" ? """{"first":true}""" : null, pending.Receipt);
        var again = await ClaimOne();
        Assert.Equal((2, 1), (again.Attempt, again.RoundAttempt));
        Assert.Equal([ended, "replayed", "running"], await Outcomes(id));
    }

    [Fact]
    public async Task What_is_under_way_or_owes_nothing_cannot_be_replayed()
    {
        var id = await RecordOne("e1");
        var acknowledged = await _ledger.RecordAsync(Message("m2", new NewDelivery("e2", "ONGOING", "x", Acknowledged: "no")));
        await ClaimOne();
        Assert.Equal(ReplayResult.NotReplayable, await _ledger.ReplayAsync(id, "by hand"));
        Assert.Equal(ReplayResult.NotReplayable, await _ledger.ReplayAsync(acknowledged.Deliveries[0].Id, "by hand"));
        Assert.Equal(ReplayResult.Unknown, await _ledger.ReplayAsync("nothing", "by hand"));
    }

    [Fact]
    public async Task A_held_delivery_can_be_refused_and_revived_by_its_repeat()
    {
        var held = Owed("e1") with { HeldUntil = Start.AddSeconds(5) };
        var id = (await _ledger.RecordAsync(Message("m1", held))).Deliveries[0].Id;
        Assert.Empty(await ClaimKeys());
        Assert.True(await _ledger.RefuseAsync(id, "unknown appointment", """{"issue":[]}"""));
        Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Empty(await ClaimKeys());

        var repeat = await _ledger.RecordAsync(Message("m1", held));
        var refused = Assert.Single(repeat.Deliveries);
        Assert.Equal((true, DeliveryState.Dead, "unknown appointment"), (refused.Refused, refused.State, refused.Reason));
        Assert.True(await _ledger.ReviveAsync(id, Clock.GetUtcNow().AddSeconds(5)));
        Assert.False(await _ledger.ReviveAsync(id));
        Assert.Empty(await ClaimKeys());
        Assert.True(await _ledger.ProceedAsync(id));
        Assert.Equal(["e1"], await ClaimKeys());
        Assert.Equal(["refused", "revived", "running"], await Outcomes(id));
    }

    [Fact]
    public async Task A_held_delivery_goes_out_by_itself_when_its_receiver_vanished()
    {
        await _ledger.RecordAsync(Message("m1", Owed("e1") with { HeldUntil = Start.AddSeconds(5) }));
        Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(["e1"], await ClaimKeys());
    }

    [Fact]
    public async Task What_a_worker_has_is_not_refused_and_what_it_killed_is_not_revived()
    {
        var id = await RecordOne("e1");
        var claim = await ClaimOne();
        Assert.False(await _ledger.RefuseAsync(id, "too late", "{}"));
        await _ledger.MarkDeadAsync(claim, "400", "{}");
        Assert.False(await _ledger.ReviveAsync(id));
        Assert.Equal(DeliveryState.Dead, (await View(id)).State);
    }
}
