using FhirGateway.Destination;
using FhirGateway.Pipeline;
using FhirGateway.Settings;

namespace FhirGateway.Tests.Pipeline;

public sealed class BackoffTests
{
    [Theory]
    [InlineData(RetryCause.Conflict, 1, 50, 100)]
    [InlineData(RetryCause.Unavailable, 1, 1_000, 2_000)]
    [InlineData(RetryCause.Unavailable, 3, 4_000, 8_000)]
    [InlineData(RetryCause.Unavailable, 1_000_000, 450_000, 900_000)]
    [InlineData(RetryCause.Misconfigured, 1, 30_000, 60_000)]
    public void Waits_grow_and_are_capped(RetryCause cause, int attempt, int least, int most)
    {
        var failure = new TryAgain("", cause);

        Assert.Equal(least, Backoff.Wait(failure, attempt, new DeliveryOptions(), chance: 0).TotalMilliseconds);
        Assert.Equal(most, Backoff.Wait(failure, attempt, new DeliveryOptions(), chance: 1).TotalMilliseconds);
    }
}
