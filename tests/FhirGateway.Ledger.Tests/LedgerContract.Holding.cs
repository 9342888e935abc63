namespace FhirGateway.Ledger.Tests;

/// <remarks>What comes after a parked delivery in its lane. One that a proxy refused without a reason holds it.</remarks>
public abstract partial class LedgerContract
{
    private static readonly TimeSpan Hold = TimeSpan.FromMinutes(15);

    [Fact]
    public async Task Nothing_goes_past_a_parked_delivery_that_holds_its_lane()
    {
        await RecordOne("e1", "a");
        await RecordOne("e2", "a");
        await RecordOne("other", "b");
        await HoldAsync(await ClaimOfOneAsync("a"));

        Assert.Equal([Due("b")], await _ledger.DueLanesAsync(10));
        Assert.Equal(["other"], await ClaimKeys());
        Clock.Advance(Wait);
        Assert.Equal("e1", (await ClaimOfOneAsync("a")).EventKey);
    }

    [Fact]
    public async Task It_holds_its_lane_for_a_quarter_of_an_hour_however_often_it_was_tried()
    {
        await RecordOne("e1", "a");
        await RecordOne("e2", "a");
        await HoldAsync(await ClaimOne());
        for (var passed = Wait; passed < Hold; passed += Wait)
        {
            Clock.Advance(Wait);
            Assert.Equal("e1", await HoldAsync(await ClaimOne()));
            Assert.Empty(await ClaimKeys());
        }

        Clock.Advance(Wait / 2);
        Assert.Empty(await ClaimKeys());
        Clock.Advance(Wait / 2);
        Assert.Equal("e1", await HoldAsync(await ClaimOne()));
        Assert.Equal([Due("a")], await _ledger.DueLanesAsync(10));
        Assert.Equal(["e2"], await ClaimKeys());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Once_its_lane_goes_on_it_is_tried_before_anything_that_came_or_was_tried_since(bool holdsLane)
    {
        await RecordOne("e1", "a");
        await ParkAsync(await ClaimOne());
        Clock.Advance(Hold);
        await RecordOne("e2", "a");

        Assert.Equal([Due("a")], await _ledger.DueLanesAsync(10));
        Assert.Equal("e1", await ParkAsync(await ClaimOfOneAsync("a")));
        var second = await ClaimOfOneAsync("a");
        Assert.Equal("e2", second.EventKey);
        Clock.Advance(TimeSpan.FromSeconds(1));
        await _ledger.RetryAsync(second, "refused", Clock.GetUtcNow());

        Assert.Equal("e1", await ParkAsync(await ClaimOne()));
        Assert.Equal(["e2"], await ClaimKeys());

        async Task<string> ParkAsync(ClaimedDelivery claim)
        {
            var next = Clock.GetUtcNow().AddHours(1);
            await _ledger.ParkAsync(claim, "Patient?identifier=x", "not there", next, isAskedFor: !holdsLane, holdsLane: holdsLane);
            return claim.EventKey;
        }
    }

    [Fact]
    public async Task Several_that_hold_a_lane_go_in_the_order_of_recording()
    {
        await RecordOne("e1", "a");
        await HoldAsync(await ClaimOne(), TimeSpan.FromHours(1));
        Clock.Advance(Hold);
        await RecordOne("e2", "a");
        await HoldAsync(await ClaimOne(), TimeSpan.FromHours(1));
        await HoldAsync(await ClaimOne(), TimeSpan.FromMinutes(30));
        Clock.Advance(TimeSpan.FromMinutes(30));
        await RecordOne("e3", "a");

        foreach (var expected in new[] { "e1", "e2", "e3" })
        {
            var claim = await ClaimOne();
            Assert.Equal(expected, claim.EventKey);
            await _ledger.DeliveredAsync(claim, "{}");
        }
    }

    [Fact]
    public async Task A_lane_is_held_by_nothing_that_is_not_owed_or_waits_for_something_else()
    {
        await RecordOne("e1", "a");
        await RecordOne("e2", "a");
        await HoldAsync(await ClaimOne());
        Clock.Advance(Wait);
        await _ledger.ParkAsync(await ClaimOne(), "Patient?identifier=x", "not there", Clock.GetUtcNow().AddHours(1));
        Assert.Equal(["e2"], await ClaimKeys());

        await RecordOne("e3", "b");
        await RecordOne("e4", "b");
        await HoldAsync(await ClaimOfOneAsync("b"));
        Clock.Advance(Wait);
        await _ledger.MarkDeadAsync(await ClaimOfOneAsync("b"), "400", "{}");
        Assert.Equal("e4", (await ClaimOfOneAsync("b")).EventKey);
    }

    [Fact]
    public async Task Nobody_waits_longer_for_a_lane_since_the_clock_was_set_back()
    {
        await RecordOne("e1", "a");
        await RecordOne("e2", "a");
        await HoldAsync(await ClaimOne());

        Clock.AdjustTime(Clock.GetUtcNow().AddHours(-1));

        Assert.Equal("e1", await HoldAsync(await ClaimOne()));
        Assert.Equal(["e2"], await ClaimKeys());
    }

    private static readonly TimeSpan Wait = TimeSpan.FromMinutes(1);

    /// <summary>Refused without a reason.</summary>
    private async Task<string> HoldAsync(ClaimedDelivery claim, TimeSpan? wait = null)
    {
        await _ledger.ParkAsync(claim, "destination-refusal", "404", Clock.GetUtcNow() + (wait ?? Wait), holdsLane: true);
        return claim.EventKey;
    }

    private async Task<ClaimedDelivery> ClaimOfOneAsync(string lane) => (await ClaimOfAsync(lane)).Single();
}
