namespace FhirGateway.Ledger.Tests;

public abstract partial class LedgerContract
{
    private const string Patient = "Patient?identifier=p";
    private const string Encounter = "Encounter?identifier=e";

    [Fact]
    public async Task What_is_asked_for_is_never_claimed_only_because_it_is_due()
    {
        var asked = await Parked("asked", Patient, TimeSpan.FromMinutes(1));
        var tried = await Parked("tried", "content", TimeSpan.FromMinutes(1), isAskedFor: false);
        Clock.Advance(TimeSpan.FromDays(1));

        Assert.Equal(["tried"], await ClaimKeys());
        Assert.Equal(DeliveryState.Parked, (await View(asked)).State);
        Assert.Equal(["parked", "running"], await Outcomes(tried));
    }

    [Fact]
    public async Task What_several_wait_for_is_asked_for_once_when_the_first_of_them_is_due()
    {
        await Parked("e1", Patient, TimeSpan.FromMinutes(1));
        Clock.Advance(TimeSpan.FromSeconds(30));
        await Parked("e2", Patient, TimeSpan.FromMinutes(1));
        await Parked("e3", Encounter, TimeSpan.FromMinutes(1));
        Assert.Equal(Start.AddMinutes(1), await _ledger.NextAwaitedAsync());
        Assert.Empty(await _ledger.TakeAwaitedAsync(10, Lease));

        Clock.Advance(TimeSpan.FromSeconds(30));
        var taken = Assert.Single(await _ledger.TakeAwaitedAsync(10, Lease));

        Assert.Equal((Patient, Start.AddSeconds(30), Start), (taken.Name, taken.Since, taken.FirstSince));
        Assert.Equal(Start.AddSeconds(90), await _ledger.NextAwaitedAsync());
    }

    [Fact]
    public async Task What_one_gateway_asks_for_no_other_asks_for_until_its_lease_ends()
    {
        var other = Another();
        await Parked("e1", Patient, TimeSpan.Zero);
        Assert.Single(await _ledger.TakeAwaitedAsync(10, Lease));
        Assert.Empty(await other.TakeAwaitedAsync(10, Lease));

        // Killed while it asked.
        Clock.Advance(Lease);
        Assert.Single(await other.TakeAwaitedAsync(10, Lease));
    }

    [Fact]
    public async Task What_was_not_there_is_asked_for_again_when_due_and_what_came_to_wait_meanwhile_keeps_its_own_time()
    {
        await Parked("e1", Patient, TimeSpan.Zero);
        var taken = await _ledger.TakeAwaitedAsync(10, Lease);
        var later = await Parked("e2", Patient, TimeSpan.FromSeconds(15));

        await _ledger.AwaitAsync([.. taken.Select(each => (each, Start.AddHours(1)))]);

        Assert.Equal(Start.AddSeconds(15), (await View(later)).DueAt);
        Clock.Advance(TimeSpan.FromSeconds(15));
        var again = Assert.Single(await _ledger.TakeAwaitedAsync(10, Lease));
        await _ledger.AwaitAsync([(again, Start.AddHours(1))]);
        Assert.Equal(Start.AddHours(1), await _ledger.NextAwaitedAsync());
        Assert.Equal(["parked"], await Outcomes(later));
    }

    [Fact]
    public async Task What_has_come_wakes_all_that_wait_for_it_of_every_source_and_nobody_else()
    {
        var ids = new[]
        {
            await Parked("e1", Patient, TimeSpan.FromHours(1)),
            await Parked("e2", Patient, TimeSpan.FromHours(1), isAskedFor: false),
            await Parked("e3", Patient, TimeSpan.FromHours(1), source: "other"),
        };
        var waiting = await Parked("e4", Encounter, TimeSpan.FromHours(1));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await _ledger.WaitForWorkAsync(TimeSpan.FromSeconds(5), limit.Token); // what was parked signalled, too
        var work = _ledger.WaitForWorkAsync(TimeSpan.FromHours(1), limit.Token);

        Assert.Equal(3, await _ledger.ArrivedAsync([Patient, "Patient?_id=1"], "announced"));

        await work;
        Assert.Equal(["e1", "e2", "e3"], await ClaimKeys());
        Assert.Equal(DeliveryState.Parked, (await View(waiting)).State);
        Assert.Equal("announced", (await _ledger.DeliveryAsync(ids[0]))!.Attempts[1].Reason);
        Assert.Equal(0, await _ledger.ArrivedAsync([Patient], "announced"));
        Assert.Equal(0, await _ledger.ArrivedAsync([], "announced"));
    }

    [Fact]
    public async Task Very_many_that_wait_for_one_thing_are_all_woken()
    {
        const int Many = 450;
        for (var i = 0; i < Many; i++) await RecordOne($"e{i}", $"l{i}");
        foreach (var claim in await _ledger.ClaimAsync(Many, Lease))
            await _ledger.ParkAsync(claim, Patient, "not there", Start.AddDays(1), isAskedFor: true);

        Assert.Equal(Many, await _ledger.ArrivedAsync([Patient], "announced"));
        Assert.Equal(Many, (await ClaimKeys(Many + 1)).Length);
    }

    [Fact]
    public async Task All_that_is_asked_for_can_be_made_due_at_once()
    {
        await Parked("e1", Patient, TimeSpan.FromHours(1));
        await Parked("e2", Encounter, TimeSpan.FromHours(1));
        await Parked("e3", "content", TimeSpan.FromHours(1), isAskedFor: false);

        Assert.Equal(2, await _ledger.AskNowAsync());
        Assert.Equal([Encounter, Patient], (await _ledger.TakeAwaitedAsync(10, Lease)).Select(each => each.Name));
        Assert.Empty(await ClaimKeys());
    }

    [Fact]
    public async Task What_is_asked_for_can_be_tried_by_itself_once()
    {
        await Parked("e1", Patient, TimeSpan.FromHours(1));

        Assert.Equal(1, await _ledger.TryParkedAsync());

        var claim = await ClaimOne();
        Assert.Equal((Patient, Start), (claim.ParkedFor, claim.ParkedSince));
        await _ledger.ParkAsync(claim, Patient, "not there", Start.AddHours(1), isAskedFor: true);
        Assert.Empty(await ClaimKeys());
        Assert.Equal(Start.AddHours(1), await _ledger.NextAwaitedAsync());
    }

    [Fact]
    public async Task A_clock_that_is_set_back_does_not_delay_what_is_asked_for()
    {
        Assert.Empty(await ClaimKeys()); // a look at the clock
        Clock.Advance(TimeSpan.FromHours(5));
        await Parked("e1", Patient, TimeSpan.FromMinutes(1));
        Assert.Empty(await ClaimKeys());

        Clock.AdjustTime(Clock.GetUtcNow().AddHours(-5));
        Assert.Empty(await ClaimKeys());

        Assert.Single(await _ledger.TakeAwaitedAsync(10, Lease));
    }

    [Fact]
    public async Task What_is_asked_for_of_some_sources_leaves_what_others_wait_for_by_the_same_name()
    {
        var (north, rest) = (new SourceFilter(["North"], isExcept: false), new SourceFilter(["North"], isExcept: true));
        await Parked("e1", Patient, TimeSpan.FromHours(1));
        var there = await Parked("e2", Patient, TimeSpan.FromHours(2), source: "north");
        Assert.Equal((Start.AddHours(1), Start.AddHours(2)), (await _ledger.NextAwaitedAsync(rest), await _ledger.NextAwaitedAsync(north)));

        Assert.Equal(1, await _ledger.AskNowAsync(north));
        Assert.Empty(await _ledger.TakeAwaitedAsync(10, Lease, rest));
        var taken = Assert.Single(await _ledger.TakeAwaitedAsync(10, Lease, north));
        Assert.Equal(Start.AddHours(1), await _ledger.NextAwaitedAsync(rest));

        await _ledger.AskNowAsync(rest);
        await _ledger.TakeAwaitedAsync(10, Lease, rest);
        await _ledger.AwaitAsync([(taken, Start.AddHours(3))], north);
        Assert.Equal((Start + Lease, Start.AddHours(3)), (await _ledger.NextAwaitedAsync(rest), await _ledger.NextAwaitedAsync(north)));

        Assert.Equal(1, await _ledger.ArrivedAsync([Patient], "announced", rest));
        Assert.Equal(["e1"], await ClaimKeys());
        Assert.Equal(DeliveryState.Parked, (await View(there)).State);
    }

    private async Task<string> Parked(
        string eventKey, string waitsFor, TimeSpan wait, bool isAskedFor = true, string source = "clinic")
    {
        await _ledger.RecordAsync(Message("message of " + eventKey, Owed(eventKey, eventKey)) with { Source = source });
        var claim = await ClaimOne();
        await _ledger.ParkAsync(claim, waitsFor, "not there", Clock.GetUtcNow() + wait, isAskedFor: isAskedFor);
        return claim.Id;
    }
}
