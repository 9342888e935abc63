using FhirGateway.Ledger;
using FhirGateway.Sandbox;

namespace FhirGateway.Tests.Destination;

/// <summary>Of the versions of a note one is current, the last, whatever the destination answers.</summary>
public sealed class OneCurrentVersionTests
{
    private const string First = "00000000-0000-4000-8000-000000000001";
    private const string Second = "00000000-0000-4000-8000-000000000002";
    private const string Third = "00000000-0000-4000-8000-000000000003";
    private const string Nothing = """{ "resourceType": "Bundle", "type": "searchset", "total": 0 }""";

    [Fact]
    public async Task A_search_that_does_not_find_yet_what_was_written_leaves_one_current_version()
    {
        var sandbox = new SandboxServer(TimeProvider.System);
        using var destination = new InterceptedSandbox(sandbox, (request, _) => Task.FromResult(
            request.Method == HttpMethod.Get && request.RequestUri!.AbsolutePath.EndsWith("DocumentReference", StringComparison.Ordinal)
                ? ScriptedServer.Json(200, Nothing)
                : null));
        await using var gateway = await RunningGateway.StartAsync(sandbox: sandbox, destination: destination);
        await AdmitAsync(gateway);

        foreach (var (summary, count) in new[] { (First, 1), (Second, 2) })
        {
            await Notes.SendAsync(gateway, Notes.Of("pat-1", summary: summary));
            await DeliveredAsync(gateway, count);
        }

        Assert.Equal(["superseded", "current"], [await StatusAsync(gateway, First), await StatusAsync(gateway, Second)]);
    }

    [Fact]
    public async Task A_version_that_is_half_written_and_dead_is_ended_by_the_next()
    {
        var sandbox = new SandboxServer(TimeProvider.System);
        var refuses = false;
        using var destination = new InterceptedSandbox(sandbox, async (request, cancellationToken) =>
            refuses
                && request.Method == HttpMethod.Post
                && (await request.Content!.ReadAsStringAsync(cancellationToken)).Contains("\"PATCH\"", StringComparison.Ordinal)
                ? ScriptedServer.Outcome(422, "no patches today")
                : null);
        await using var gateway = await RunningGateway.StartAsync(
            new() { ["Gateway:Destination:Atomic"] = "false" }, sandbox, destination: destination);
        await AdmitAsync(gateway);
        await Notes.SendAsync(gateway, Notes.Of("pat-1", summary: First));
        await DeliveredAsync(gateway, 1);
        refuses = true;
        await Notes.SendAsync(gateway, Notes.Of("pat-1", summary: Second));
        await gateway.UntilAsync(Notes.Source, deliveries => deliveries.Any(delivery => delivery.State == DeliveryState.Dead));
        refuses = false;

        await Notes.SendAsync(gateway, Notes.Of("pat-1", summary: Third));
        await gateway.UntilAsync(Notes.Source, deliveries => deliveries.Count == 3 && deliveries[2].State == DeliveryState.Delivered);

        Assert.Equal(
            ["superseded", "superseded", "current"],
            [await StatusAsync(gateway, First), await StatusAsync(gateway, Second), await StatusAsync(gateway, Third)]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_answers_the_patches_in_the_servers_place_ends_no_delivery(bool hasBody)
    {
        var sandbox = new SandboxServer(TimeProvider.System);
        var lies = 0;
        using var destination = new InterceptedSandbox(sandbox, async (request, cancellationToken) =>
            request.Method == HttpMethod.Post
                && (await request.Content!.ReadAsStringAsync(cancellationToken)).Contains("\"PATCH\"", StringComparison.Ordinal)
                && lies++ == 0
                ? ScriptedServer.Json(200, hasBody ? "<html>Please sign in.</html>" : null)
                : null);
        await using var gateway = await RunningGateway.StartAsync(
            new()
            {
                ["Gateway:Destination:Atomic"] = "false",
                [
                "Gateway:Delivery:LongestWait"] = "00:00:00.1"
            }, sandbox, destination: destination);
        await AdmitAsync(gateway);
        foreach (var (summary, count) in new[] { (First, 1), (Second, 2) })
        {
            await Notes.SendAsync(gateway, Notes.Of("pat-1", summary: summary));
            await DeliveredAsync(gateway, count);
        }

        Assert.Equal(["superseded", "current"], [await StatusAsync(gateway, First), await StatusAsync(gateway, Second)]);
    }

    private static Task<IReadOnlyList<DeliveryView>> DeliveredAsync(RunningGateway gateway, int count) => gateway.UntilAsync(
        Notes.Source, deliveries => deliveries.Count == count && deliveries.All(delivery => delivery.State == DeliveryState.Delivered));

    private static async Task AdmitAsync(RunningGateway gateway)
    {
        await gateway.PutAsync("Patient", RunningGateway.SystemOf("Patient"), "pat-1");
        await gateway.PutAsync("Encounter", RunningGateway.SystemOf("Encounter"), "pat-1", Samples.Encounter);
    }

    private static async Task<string> StatusAsync(RunningGateway gateway, string version) => (await gateway.AllAsync("DocumentReference"))
        .Single(document => document.GetProperty("masterIdentifier").GetProperty("value").GetString() == $"urn:uuid:{version}")
        .GetProperty("status").GetString()!;
}
