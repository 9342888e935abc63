using FhirGateway.Cluster;

namespace FhirGateway.Tests.Cluster;

/// <summary>A lane may hold whom it is about: neither Orleans' logs nor its directory may.</summary>
public sealed class LaneNameTests
{
    private static readonly LaneName Lane = new("clinic", "note of Patient?identifier=MRN-4711");

    [Fact]
    public void A_lane_shows_nothing_of_itself() => Assert.Equal("a lane", $"{Lane}");

    [Fact]
    public void A_lanes_key_hangs_on_the_ledgers_secret_and_shows_nothing()
    {
        var (keys, others) = (new LaneKeys([1, 2, 3]), new LaneKeys([4, 5, 6]));

        Assert.Matches("^[0-9a-f]{32}$", keys.Of(Lane));
        Assert.Equal(keys.Of(Lane), new LaneKeys([1, 2, 3]).Of(Lane));
        Assert.NotEqual(keys.Of(Lane), others.Of(Lane));
        Assert.NotEqual(keys.Of(Lane), keys.Of(Lane with { Source = "other" }));
    }

    [Fact]
    public async Task A_member_that_was_declared_dead_ends_all_that_it_began_and_not_the_process()
    {
        using var life = new MemberLife((LaneName _, CancellationToken _, out Task over) => (over = Task.CompletedTask).IsFaulted);

        new Eviction(life).OnFatalException(this, "declared dead", new InvalidOperationException("by the others"));

        Assert.True(life.Over.IsCancellationRequested);
        Assert.Equal("declared dead", await life.Evicted);
    }
}
