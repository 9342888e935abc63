using System.Collections.Concurrent;
using System.Diagnostics;
using FhirGateway.Ledger;
using FhirGateway.Telemetry;

namespace FhirGateway.Tests.Telemetry;

/// <summary>The chain of records that a message's life is, seen in its spans: each is made once.</summary>
public sealed class GatewayTracesTests
{
    private const string Source = "insight-traced";

    [Fact]
    public async Task Nothing_is_read_or_intended_or_written_twice_on_the_way_from_the_socket_to_the_receipt()
    {
        var ended = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == GatewayTraces.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var gateway = await RunningGateway.StartAsync(
            RunningGateway.SettingsOf(Source, GatewayHost.Vendors.Find("insight-health")!));
        await Samples.PrepareAsync(gateway, "insight-health");

        using var answer = await gateway.SendAsync("insight-health", Samples.Demo("insight-health"), source: Source);
        var delivery = Assert.Single(await gateway.UntilStateAsync(Source, DeliveryState.Delivered));

        // Its attempt's own span ends a moment after the ledger has the end of the delivery.
        var attempt = await UntilAsync(ended, span => Equals(span.GetTagItem(GatewayTraces.DeliveryTag), delivery.Id));
        var call = await UntilAsync(
            ended, span => span.OperationName == "receive" && Equals(span.GetTagItem(GatewayTraces.SourceTag), Source));
        Assert.Equal(1, delivery.Attempts);
        Assert.Equal(["read", "intend", "record"], StepsOf(call));
        Assert.Equal(["read", "look up", "intend", "look back", "translate", "prepare", "write", "check", "send"], StepsOf(attempt));

        IEnumerable<string> StepsOf(Activity span) =>
            ended.Where(step => step.ParentSpanId == span.SpanId).OrderBy(step => step.StartTimeUtc).Select(step => step.OperationName);
    }

    private static async Task<Activity> UntilAsync(ConcurrentQueue<Activity> ended, Func<Activity, bool> isIt)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (ended.FirstOrDefault(isIt) is { } span) return span;
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(30), "The span does not end.");
            await Task.Delay(10);
        }
    }
}
