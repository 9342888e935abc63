using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using FhirGateway.Ledger;

namespace FhirGateway.Tests.Api;

/// <summary>Ready means: webhooks are taken. What they become on the destination is another matter.</summary>
public sealed class HealthTests
{
    [Fact]
    public async Task A_gateway_that_is_well_is_ready()
    {
        await using var gateway = await RunningGateway.StartAsync();

        var (status, body) = await ReadyAsync(gateway);

        Assert.Equal((HttpStatusCode.OK, "healthy"), (status, StatusOf(body)));
    }

    [Fact]
    public async Task A_destination_that_is_down_keeps_no_webhook_away()
    {
        await using var stranded = await RunningGateway.StartAsync(new() { ["Gateway:Destination:BaseUrl"] = "http://127.0.0.1:1/fhir" });

        var (status, body) = await ReadyAsync(stranded);

        Assert.Equal((HttpStatusCode.OK, "degraded"), (status, StatusOf(body)));
        Assert.Equal("degraded", StatusOf(body.GetProperty("checks").GetProperty("destination")));
        Assert.NotEmpty(body.GetProperty("checks").GetProperty("destination").GetProperty("reason").GetString()!);
        Assert.Equal("healthy", StatusOf(body.GetProperty("checks").GetProperty("ledger")));
        Assert.Equal(HttpStatusCode.OK, (await stranded.Http.GetAsync("health/live")).StatusCode);
    }

    [Fact]
    public async Task A_disk_without_room_for_messages_keeps_webhooks_away_and_the_process_alive()
    {
        await using var full = await RunningGateway.StartAsync(new() { ["Gateway:Ledger:LeastFreeBytes"] = $"{long.MaxValue}" });

        var (status, body) = await ReadyAsync(full);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "unhealthy"), (status, StatusOf(body)));
        Assert.Equal("unhealthy", StatusOf(body.GetProperty("checks").GetProperty("ledger")));
        Assert.Equal(HttpStatusCode.OK, (await full.Http.GetAsync("health/live")).StatusCode);
    }

    [Fact]
    public async Task A_ledger_that_was_deleted_keeps_webhooks_away_and_none_is_called_taken()
    {
        var folder = Directory.CreateTempSubdirectory("fhirgateway-health-");
        try
        {
            var ledger = Path.Combine(folder.FullName, "ledger.db");
            await using var gateway = await RunningGateway.StartAsync(ledger: ledger);
            File.Delete(ledger);

            var (status, body) = await ReadyAsync(gateway);
            using var answer = await gateway.SendAsync("insight-health", Samples.Demo("insight-health"));

            Assert.Equal(
                (HttpStatusCode.ServiceUnavailable, "unhealthy"), (status, StatusOf(body.GetProperty("checks").GetProperty("ledger"))));
            Assert.InRange((int)answer.StatusCode, 500, 599);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Asking_for_health_writes_nothing()
    {
        var folder = Directory.CreateTempSubdirectory("fhirgateway-health-");
        try
        {
            var ledger = Path.Combine(folder.FullName, "ledger.db");
            await using var gateway = await RunningGateway.StartAsync(
                new() { ["Gateway:Delivery:ParkedRetry"] = "00:10:00" }, ledger: ledger);
            await gateway.SendAsync("insight-health", Samples.Demo("insight-health"));
            await gateway.UntilStateAsync("insight-health", DeliveryState.Parked);

            var before = Written(ledger);
            for (var i = 0; i < 5; i++) await ReadyAsync(gateway);

            Assert.Equal(before, Written(ledger));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string[] Written(string ledger) => [.. new[] { ledger, ledger + "-wal" }.Select(path =>
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return Convert.ToHexString(SHA256.HashData(file));
    })];

    private static string StatusOf(JsonElement element) => element.GetProperty("status").GetString()!;

    private static async Task<(HttpStatusCode Status, JsonElement Body)> ReadyAsync(RunningGateway gateway)
    {
        using var answer = await gateway.Http.GetAsync("health/ready");
        return (answer.StatusCode, JsonElement.Parse(await answer.Content.ReadAsByteArrayAsync()));
    }
}
