namespace FhirGateway.Mapping.Tests;

public sealed class MomentTests
{
    [Theory]
    [InlineData("2025-09-22T07:18:55.914786Z", "2025-09-22T07:18:55.914786Z")]
    [InlineData("2025-09-22 07:18+0200", "2025-09-22T07:18:00+02:00")]
    [InlineData("2025-09-22T07:18:55-05", "2025-09-22T07:18:55-05:00")]
    public void A_time_keeps_its_digits_and_its_zone(string text, string spelled)
    {
        Assert.True(Moment.TryParse(text, null, out var moment));
        Assert.Equal(spelled, moment.Text);
    }

    [Theory]
    [InlineData("2025-09-22T07:18:55")]
    [InlineData("2025-09-22")]
    [InlineData("2025-13-22T07:18:55Z")]
    [InlineData("yesterday")]
    public void No_zone_no_time_and_no_such_day_are_not_an_instant(string text) => Assert.False(Moment.TryParse(text, null, out _));

    [Fact]
    public void A_zone_may_be_assumed_where_the_vendor_documents_one()
    {
        Assert.True(Moment.TryParse("2025-12-28T20:50:41.251000", TimeSpan.Zero, out var moment));
        Assert.Equal("2025-12-28T20:50:41.251000Z", moment.Text);
    }

    [Fact]
    public void Sortable_spelling_sorts_as_time_does()
    {
        Assert.True(Moment.TryParse("2025-09-22T23:00:00-02:00", null, out var later));
        Assert.True(Moment.TryParse("2025-09-23T00:59:59.9Z", null, out var earlier));
        Assert.True(string.CompareOrdinal(earlier.Sortable, later.Sortable) < 0);
    }
}
