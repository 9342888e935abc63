using FhirGateway.Pipeline;
using FhirGateway.Settings;

namespace FhirGateway.Tests.Pipeline;

/// <summary>Soon after parking, then more and more rarely: the table of docs/parked.md.</summary>
public sealed class ParkedScheduleTests
{
    private static readonly DateTimeOffset Parked = new(2026, 3, 2, 9, 0, 0, 17, TimeSpan.Zero);
    private static readonly DeliveryOptions Shipped = new();

    [Theory]
    [InlineData("00:00:00", "00:00:15")]
    [InlineData("00:00:16", "00:01:00")]
    [InlineData("00:01:20", "00:04:00")]
    [InlineData("00:06:00", "00:16:00")]
    [InlineData("00:25:00", "01:00:00")]
    [InlineData("100.00:00:00", "01:00:00")]
    public void Each_wait_is_four_times_as_long_as_the_one_before_up_to_an_hour(string waited, string wait)
    {
        var now = Parked + TimeSpan.Parse(waited);

        var next = new ParkedSchedule(Shipped).Next(now, Parked, takesAttempt: false) - now;

        Assert.InRange(next, TimeSpan.Parse(wait), TimeSpan.Parse(wait) * 1.2);
    }

    [Fact]
    public void What_takes_an_attempt_waits_no_longer_than_any_attempt()
    {
        var next = new ParkedSchedule(Shipped).Next(Parked + TimeSpan.FromDays(1), Parked, takesAttempt: true);

        Assert.InRange(next - Parked - TimeSpan.FromDays(1), Shipped.LongestWait, Shipped.LongestWait * 1.2);
    }

    [Fact]
    public void Those_that_were_parked_within_a_moment_are_looked_for_together()
    {
        var schedule = new ParkedSchedule(Shipped);

        var times = Enumerable.Range(0, 200)
            .Select(i => Parked + TimeSpan.FromMilliseconds(10 * i))
            .Select(since => schedule.Next(since, since, takesAttempt: false));

        Assert.InRange(times.Distinct().Count(), 1, 2);
    }

    [Fact]
    public void A_clock_that_was_set_back_begins_anew() =>
        Assert.InRange(
            new ParkedSchedule(Shipped).Next(Parked.AddHours(-1), Parked, takesAttempt: false) - Parked.AddHours(-1),
            TimeSpan.FromSeconds(15),
            TimeSpan.FromSeconds(18));

    [Fact]
    public void A_first_wait_that_is_longer_than_the_longest_stays() =>
        Assert.InRange(
            new ParkedSchedule(new DeliveryOptions { ParkedRetry = TimeSpan.FromHours(10) }).Next(Parked, Parked, takesAttempt: false),
            Parked.AddHours(10),
            Parked.AddHours(12));
}
