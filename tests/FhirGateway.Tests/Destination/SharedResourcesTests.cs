using System.Net;
using System.Text.Json;
using FhirGateway.Ledger;
using FhirGateway.Sandbox;
using FhirGateway.Testing;
using FhirGateway.Tests.Telemetry;

namespace FhirGateway.Tests.Destination;

/// <summary>The gateway's own Devices, which every note refers to: a double of one must stop none.</summary>
public sealed class SharedResourcesTests
{
    private static readonly Dictionary<string, string?> LogWarnings = new() { ["Logging:LogLevel:Default"] = "Warning" };

    [Fact]
    public async Task A_second_copy_of_the_gateways_Device_kills_no_note()
    {
        using var lines = new CapturedLogs();
        await using var gateway = await RunningGateway.StartAsync(LogWarnings, logs: lines);
        await gateway.PutAsync("Patient", RunningGateway.SystemOf("Patient"), "pat-1");
        await gateway.PutAsync("Encounter", RunningGateway.SystemOf("Encounter"), "pat-1", Samples.Encounter);
        await Notes.SendAsync(gateway, Notes.Of("pat-1", summary: "00000000-0000-4000-8000-000000000001"));
        await gateway.UntilStateAsync(Notes.Source, DeliveryState.Delivered);
        var devices = await gateway.AllAsync("Device");
        Assert.Equal(2, devices.Count);

        // Another gateway made each of them again.
        foreach (var device in devices) await CopyAsync(gateway, device);
        await using var restarted = await RunningGateway.StartAsync(LogWarnings, gateway.Server, logs: lines);
        foreach (var number in new[] { 2, 3 })
            await Notes.SendAsync(restarted, Notes.Of("pat-1", summary: $"00000000-0000-4000-8000-00000000000{number}"));
        await restarted.UntilAsync(
            Notes.Source, deliveries => deliveries.Count == 2 && deliveries.All(delivery => delivery.State == DeliveryState.Delivered));

        var oldest = devices.Select(device => $"Device/{device.GetProperty("id").GetString()}").ToHashSet();
        foreach (var provenance in await gateway.AllAsync("Provenance"))
        {
            var named = OtherServer.ReferencesOf(provenance).Where(
                reference => reference.StartsWith("Device/", StringComparison.Ordinal)).ToList();
            Assert.NotEmpty(named);
            Assert.All(named, reference => Assert.Contains(reference, oldest));
        }

        Assert.Equal(2, lines.Lines.Count(line => line.Contains("holds several of Device?identifier=", StringComparison.Ordinal)));
        using var health = await restarted.Http.GetAsync("health/ready");
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        Assert.Contains("Device?identifier=", await health.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_Device_that_notes_named_may_be_removed_as_the_double()
    {
        await using var gateway = await RunningGateway.StartAsync();
        await gateway.PutAsync("Patient", RunningGateway.SystemOf("Patient"), "pat-1");
        await gateway.PutAsync("Patient", RunningGateway.SystemOf("Patient"), "pat-2");
        await gateway.PutAsync("Encounter", RunningGateway.SystemOf("Encounter"), "pat-1", Samples.Encounter);
        await gateway.PutAsync("Encounter", RunningGateway.SystemOf("Encounter"), "pat-2", Samples.Encounter);
        await Notes.SendAsync(gateway, Notes.Of("pat-1"));
        await gateway.UntilStateAsync(Notes.Source, DeliveryState.Delivered);
        var devices = await gateway.AllAsync("Device");
        foreach (var device in devices) await CopyAsync(gateway, device);

        // Servers keep what is referred to: whoever removes a Device moves the references first. Here the notes go with it.
        var referring = (await gateway.AllAsync("Provenance")).Concat(await gateway.AllAsync("Composition")).Concat(
            await gateway.AllAsync("DocumentReference"));
        await gateway.TransactAsync([.. referring.Concat(devices).Select(resource => (object)new
        {
            request = new { method = "DELETE", url = $"{resource.GetProperty("resourceType").GetString()}"
                + $"/{resource.GetProperty("id").GetString()}" },
        })]);

        await Notes.SendAsync(gateway, Notes.Of("pat-2"));
        await gateway.UntilStateAsync(Notes.Source, DeliveryState.Delivered);

        var left = (await gateway.AllAsync("Device")).Select(device => $"Device/{device.GetProperty("id").GetString()}").ToList();
        Assert.Equal(2, left.Count);
        Assert.Contains(OtherServer.ReferencesOf(Assert.Single(await gateway.AllAsync("Provenance"))), left.Contains);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(422)]
    [InlineData(413)]
    public async Task A_page_that_refuses_the_Device_kills_no_note(int status)
    {
        var refusals = 0;
        var sandbox = new SandboxServer(TimeProvider.System);
        using var destination = new InterceptedSandbox(sandbox, async (request, cancellationToken) =>
            request.Method == HttpMethod.Post && refusals < 4
                && !(await request.Content!.ReadAsStringAsync(cancellationToken)).Contains("\"Composition\"", StringComparison.Ordinal)
                && refusals++ < 4
                ? ScriptedServer.Json(status, "<html>Request blocked</html>")
                : null);
        await using var gateway = await RunningGateway.StartAsync(
            new() { ["Gateway:Delivery:LongestWait"] = "00:00:00.1" }, sandbox, destination: destination);
        await gateway.PutAsync("Patient", RunningGateway.SystemOf("Patient"), "pat-1");
        await gateway.PutAsync("Encounter", RunningGateway.SystemOf("Encounter"), "pat-1", Samples.Encounter);

        await Notes.SendAsync(gateway, Notes.Of("pat-1"));

        await gateway.UntilStateAsync(Notes.Source, DeliveryState.Delivered);
        Assert.Equal(4, refusals);
    }

    [SharedFact("cases/public/second-device.json")]
    public async Task A_second_copy_as_seen_in_practice_kills_no_note_of_any_vendor()
    {
        await using var gateway = await RunningGateway.StartAsync();
        foreach (var _ in Enumerable.Range(0, 2))
        {
            var copy = JsonElement.Parse(await File.ReadAllBytesAsync(Repository.SharedPath("cases/public/second-device.json")!));
            await CopyAsync(gateway, copy);
        }

        foreach (var vendor in new[] { "hami", "human-api", "insight-health" })
        {
            await Samples.PrepareAsync(gateway, vendor);
            await gateway.SendAsync(vendor, Samples.Demo(vendor));
            await gateway.UntilStateAsync(vendor, DeliveryState.Delivered);
        }
    }

    private static Task CopyAsync(RunningGateway gateway, JsonElement resource)
    {
        var copy = System.Text.Json.Nodes.JsonNode.Parse(resource.GetRawText())!.AsObject();
        copy.Remove("id");
        copy.Remove("meta");
        return gateway.TransactAsync([new { resource = copy, request = new { method = "POST", url = "Device" } }]);
    }
}
