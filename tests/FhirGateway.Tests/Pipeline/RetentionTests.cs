using System.Net;
using System.Text.Json;
using FhirGateway.Ledger;
using FhirGateway.Pipeline;
using FhirGateway.Tests.Telemetry;
using Microsoft.Extensions.Time.Testing;

namespace FhirGateway.Tests.Pipeline;

/// <summary>What the gateway keeps and what it removes, and what it says of what is gone.</summary>
public sealed class RetentionTests
{
    private readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());

    [Fact]
    public async Task Nothing_is_removed_unless_somebody_says_so()
    {
        await using var gateway = await RunningGateway.StartAsync();
        var delivered = await DeliverAsync(gateway);

        await SweepAsync(gateway, TimeSpan.FromDays(10_000));

        Assert.NotNull(await gateway.Ledger.MessageBodyAsync(delivered.MessageId));
    }

    [Fact]
    public async Task A_body_goes_after_its_sources_time_and_then_the_api_says_that_it_is_gone()
    {
        await using var gateway = await RunningGateway.StartAsync(new()
        {
            ["Gateway:Retention:Bodies"] = "90.00:00:00",
            ["Gateway:Sources:insight-health:Retention:Bodies"] = "30",
        });
        var delivered = await DeliverAsync(gateway);

        await SweepAsync(gateway, TimeSpan.FromDays(29));
        Assert.NotNull(await gateway.Ledger.MessageBodyAsync(delivered.MessageId));
        await SweepAsync(gateway, TimeSpan.FromDays(31));
        Assert.Null(await gateway.Ledger.MessageBodyAsync(delivered.MessageId));

        using var replay = await gateway.ApiAsync(HttpMethod.Post, $"api/deliveries/{delivered.Id}/replay");
        using var message = await gateway.ApiAsync(HttpMethod.Get, $"api/messages/{delivered.MessageId}");
        Assert.Equal(HttpStatusCode.Gone, replay.StatusCode);
        Assert.Contains("Gateway:Retention:Bodies", await replay.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var told = JsonDocument.Parse(await message.Content.ReadAsStringAsync());
        Assert.Equal(JsonValueKind.String, told.RootElement.GetProperty("message").GetProperty("bodyGoneAt").ValueKind);
    }

    [Fact]
    public async Task A_note_that_can_not_follow_its_correlation_any_more_is_told_loudly_and_stays_where_it_is()
    {
        using var logs = new CapturedLogs();
        await using var gateway = await RunningGateway.StartAsync(
            new() { ["Gateway:Retention:Bodies"] = "30", ["Logging:LogLevel:Default"] = "Information" }, logs: logs);
        foreach (var patient in new[] { "p1", "p2" })
            await gateway.PutAsync("Patient", RunningGateway.SystemOf("patient"), patient);
        await CorrelateAsync(gateway, "p1");
        await gateway.SendAsync("nabla", Samples.Demo("nabla"));
        var delivered = Assert.Single(await gateway.UntilStateAsync("nabla", DeliveryState.Delivered));
        await SweepAsync(gateway, TimeSpan.FromDays(31));

        await CorrelateAsync(gateway, "p2");

        var line = Assert.Single(logs.Lines, line => line.Contains("ought to go out again", StringComparison.Ordinal));
        Assert.Contains(delivered.Id, line, StringComparison.Ordinal);
        Assert.DoesNotContain("p2", line, StringComparison.Ordinal);
        Assert.Equal(DeliveryState.Delivered, (await gateway.Ledger.DeliveryAsync(delivered.Id))!.Delivery.State);
    }

    [Fact]
    public async Task Receipts_go_after_their_time_and_what_is_sent_again_then_is_delivered_again_into_the_same_place()
    {
        await using var gateway = await RunningGateway.StartAsync(new()
        {
            ["Gateway:Retention:Bodies"] = "30",
            ["Gateway:Sources:insight-health:Retention:Receipts"] = "365",
        });
        var delivered = await DeliverAsync(gateway);

        await SweepAsync(gateway, TimeSpan.FromDays(364));
        Assert.NotNull(await gateway.Ledger.DeliveryAsync(delivered.Id));
        await SweepAsync(gateway, TimeSpan.FromDays(366));
        Assert.Null(await gateway.Ledger.DeliveryAsync(delivered.Id));
        using var message = await gateway.ApiAsync(HttpMethod.Get, $"api/messages/{delivered.MessageId}");
        Assert.Equal(HttpStatusCode.NotFound, message.StatusCode);

        await gateway.SendAsync("insight-health", Samples.Demo("insight-health"));
        var again = Assert.Single(await gateway.UntilStateAsync("insight-health", DeliveryState.Delivered));
        Assert.NotEqual(delivered.Id, again.Id);
        Assert.Single(await gateway.AllAsync("Composition"));
        Assert.Single(await gateway.AllAsync("DocumentReference"));
    }

    private static Task<int> CorrelateAsync(RunningGateway gateway, string patient)
    {
        var key = JsonDocument.Parse(Samples.Demo("nabla")).RootElement.GetProperty("data").GetProperty("client_request_id").GetString()!;
        return gateway.Ledger.PutCorrelationAsync("nabla", key, $$"""{ "patient": "{{patient}}", "template": "GENERIC_SOAP" }""");
    }

    private static async Task<DeliveryView> DeliverAsync(RunningGateway gateway)
    {
        await Samples.PrepareAsync(gateway, "insight-health");
        await gateway.SendAsync("insight-health", Samples.Demo("insight-health"));
        return Assert.Single(await gateway.UntilStateAsync("insight-health", DeliveryState.Delivered));
    }

    // The worker with another clock, so much later than now.
    private async Task SweepAsync(RunningGateway gateway, TimeSpan later)
    {
        _clock.SetUtcNow(TimeProvider.System.GetUtcNow() + later);
        await gateway.Make<RetentionWorker>(_clock).SweepAsync(CancellationToken.None);
    }
}
