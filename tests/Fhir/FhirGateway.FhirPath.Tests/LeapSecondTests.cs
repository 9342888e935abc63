namespace FhirGateway.FhirPath.Tests;

/// <summary>Second 60 is a second of its own: a leap second that somebody stated is never told as another time.</summary>
public sealed class LeapSecondTests
{
    [Theory]
    [InlineData("@2016-12-31T23:59:60Z", "2016-12-31T23:59:60Z")]
    [InlineData("@2016-12-31T23:59:60.25Z", "2016-12-31T23:59:60.25Z")]
    [InlineData("@2017-01-01T00:59:60+01:00", "2017-01-01T00:59:60+01:00")]
    [InlineData("@T23:59:60", "23:59:60")]
    [InlineData("'2016-12-31T23:59:60Z'.toDateTime()", "2016-12-31T23:59:60Z")]
    [InlineData("@2016-12-31T23:59:60Z.lowBoundary()", "2016-12-31T23:59:60.000Z")]
    [InlineData("@2016-12-31T23:59:60Z.highBoundary()", "2016-12-31T23:59:60.999Z")]
    [InlineData("@2016-12-31T23:59:60Z + 1 second", "2017-01-01T00:00:00Z")]
    [InlineData("@2016-12-31T23:59:60Z + 0 seconds", "2016-12-31T23:59:60Z")]
    public void Second_60_stays_60(string expression, string expected) => Assert.Equal(expected, Resources.Value(expression)!.ToString());

    [Theory]
    [InlineData("@2016-12-31T23:59:60Z > @2016-12-31T23:59:59Z")]
    [InlineData("@2016-12-31T23:59:60Z > @2016-12-31T23:59:59.999Z")]
    [InlineData("@2016-12-31T23:59:60Z < @2017-01-01T00:00:00Z")]
    [InlineData("@2016-12-31T23:59:60Z = @2017-01-01T00:59:60+01:00")]
    [InlineData("@2016-12-31T23:59:60Z != @2016-12-31T23:59:59Z")]
    [InlineData("@T23:59:60 > @T23:59:59")]
    [InlineData("(@2016-12-31T23:59:60Z | @2016-12-31T23:59:59Z).count() = 2")]
    [InlineData("(@2016-12-31T23:59:60Z | @2017-01-01T00:59:60+01:00).count() = 1")]
    public void Second_60_lies_between_59_and_the_next_minute(string expression) => Assert.Equal(true, Resources.Value(expression));
}
