using System.Collections.Concurrent;
using FhirGateway.Ledger;
using FhirGateway.Sandbox;
using FhirGateway.Tests.Destination;

namespace FhirGateway.Tests.Pipeline;

/// <summary>What one attempt asks the destination, it asks once.</summary>
public sealed class SearchedOnceTests
{
    [Theory]
    [InlineData("insight-health")]
    [InlineData("hami")]
    public async Task No_patient_and_no_encounter_is_searched_for_twice_in_one_attempt(string vendor)
    {
        var searches = new ConcurrentQueue<string>();
        var sandbox = new SandboxServer(TimeProvider.System);
        using var destination = new InterceptedSandbox(sandbox, (request, _) =>
        {
            if (request.Method == HttpMethod.Get) searches.Enqueue(request.RequestUri!.PathAndQuery);
            return Task.FromResult<HttpResponseMessage?>(null);
        });
        await using var gateway = await RunningGateway.StartAsync(sandbox: sandbox, destination: destination);
        await Samples.PrepareAsync(gateway, vendor);
        searches.Clear();

        await gateway.SendAsync(vendor, Samples.Demo(vendor));
        await gateway.UntilStateAsync(vendor, DeliveryState.Delivered);

        var twice = searches.Where(
            each => each.Contains("/Patient?", StringComparison.Ordinal) || each.Contains("/Encounter?", StringComparison.Ordinal))
            .GroupBy(each => each)
            .Where(same => same.Count() > 1)
            .Select(same => same.Key);
        Assert.Empty(twice);
        Assert.Contains(searches, each => each.Contains("identifier=", StringComparison.Ordinal));
    }
}
