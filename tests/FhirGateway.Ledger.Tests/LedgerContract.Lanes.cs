namespace FhirGateway.Ledger.Tests;

/// <remarks>Lanes that are told apart before anything of them is claimed, as in a cluster.</remarks>
public abstract partial class LedgerContract
{
    [Fact]
    public async Task Lanes_are_due_whose_first_could_be_claimed()
    {
        await RecordOne("a1", "a");
        await RecordOne("a2", "a");
        await RecordOne("b1", "b");
        await RecordOne("c1", "c");
        await _ledger.RetryAsync((await ClaimOfAsync("c")).Single(), "down", Clock.GetUtcNow().AddMinutes(5));

        Assert.Equal([Due("a"), Due("b")], await _ledger.DueLanesAsync(10));
        Assert.Equal([Due("a")], await _ledger.DueLanesAsync(1));

        await ClaimOfAsync("a");
        Assert.Equal([Due("b")], await _ledger.DueLanesAsync(10));

        Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal([Due("a"), Due("b"), Due("c")], await _ledger.DueLanesAsync(10));
    }

    [Fact]
    public async Task A_parked_delivery_makes_its_lane_due_when_it_is_asked_for_again()
    {
        await RecordOne("a1", "a");
        await _ledger.ParkAsync(
            (await ClaimOfAsync("a")).Single(), "Patient?identifier=x", "not there", Clock.GetUtcNow().AddMinutes(1));
        Assert.Empty(await _ledger.DueLanesAsync(10));

        Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal([Due("a")], await _ledger.DueLanesAsync(10));
        Assert.Equal("a1", (await ClaimOfAsync("a")).Single().EventKey);
    }

    [Fact]
    public async Task Of_named_lanes_the_first_is_claimed_and_of_no_other()
    {
        await RecordOne("a1", "a");
        await RecordOne("a2", "a");
        await RecordOne("b1", "b\"c, d");
        await RecordOne("c1", "c");

        var claims = await _ledger.ClaimAsync([Due("b\"c, d"), Due("a"), Due("unknown"), new DueLane("elsewhere", "c")], Lease);

        Assert.Equal(["a1", "b1"], claims.Select(claim => claim.EventKey));
        Assert.Empty(await ClaimOfAsync("a"));
        Assert.Equal(["c1"], await ClaimKeys());
    }

    [Fact]
    public async Task A_claim_tells_whether_another_process_had_the_delivery_before()
    {
        await RecordOne("a1", "a");
        var first = await ClaimOne();
        await _ledger.RetryAsync(first, "down", Clock.GetUtcNow());
        var again = await ClaimOne();
        await _ledger.RetryAsync(again, "down", Clock.GetUtcNow());

        var elsewhere = Assert.Single(await Another().ClaimAsync(1, Lease));

        Assert.Equal((false, false, true), (first.WasElsewhere, again.WasElsewhere, elsewhere.WasElsewhere));
    }

    private static DueLane Due(string lane) => new("clinic", lane);

    private Task<IReadOnlyList<ClaimedDelivery>> ClaimOfAsync(string lane) => _ledger.ClaimAsync([Due(lane)], Lease);
}
