using System.Text.Json;
using FhirGateway.Destination;
using FhirGateway.Destination.Probing;
using FhirGateway.Ledger;
using FhirGateway.Sandbox;
using FhirGateway.Testing;
using Microsoft.Extensions.Time.Testing;

namespace FhirGateway.Tests.Destination;

/// <summary>What a destination does is found out before the first note; one that would lose notes gets none, and none is lost.</summary>
public sealed class ProbeTests
{
    private const string On = "Gateway:Destination:Probe";

    [Fact]
    public async Task A_sound_server_is_seen_through_and_nothing_is_left_on_it()
    {
        await using var gateway = await RunningGateway.StartAsync(new() { [On] = "on" });

        var shown = await ProbedAsync(gateway);

        AssertSound(shown);
        Assert.Empty(await gateway.AllAsync("Device"));
        Assert.Equal(
            "a probe saw that it leaves nothing of what can't be done whole",
            shown.GetProperty("strategy").GetProperty("predecessor").GetProperty("because").GetString());
    }

    [HapiFact]
    public async Task So_is_HAPI()
    {
        using var server = new OtherServer(new Uri(Requirements.Hapi!));
        var site = $"https://tests.fhirgateway.example/{Guid.NewGuid():N}";
        await using var gateway = await RunningGateway.StartAsync(server.Settings((On, "on"), ("Gateway:IdentifierBase", site)));

        AssertSound(await ProbedAsync(gateway));
        Assert.Empty((await new FhirServer(server.Client).FindAsync(
            $"Device?identifier={Uri.EscapeDataString($"{site}/probe|")}", CancellationToken.None)).Matches!);
    }

    // Its router says that it does them whole where it is told to; the repository of these tests takes nothing back all the same.
    [MedplumTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Medplums_router_over_a_repository_that_takes_nothing_back_is_seen_to_leave_parts_and_is_tidied(bool atomic)
    {
        using var server = new OtherServer(await MedplumRouter.EmptyServerAsync(atomic));
        await using var gateway = await RunningGateway.StartAsync(server.Settings((On, "on")));

        var shown = await ProbedAsync(gateway);

        Assert.Equal("Pretends", shown.GetProperty("probe").GetProperty("wholeTransactions").GetString());
        Assert.Equal("Does", shown.GetProperty("probe").GetProperty("conditionalUpdates").GetString());
        Assert.Equal("Does", shown.GetProperty("probe").GetProperty("conditionalCreates").GetString());
        Assert.Equal(JsonValueKind.Null, shown.GetProperty("refused").ValueKind);
        Assert.Equal("After", shown.GetProperty("strategy").GetProperty("predecessor").GetProperty("is").GetString());
        Assert.Empty(await server.AllAsync("Device"));
    }

    [Fact]
    public async Task A_server_that_would_lose_notes_gets_none_while_webhooks_are_answered_and_wait()
    {
        var sandbox = new SandboxServer(TimeProvider.System);
        using var lossy = new LossyServer(sandbox);
        await using var gateway = await RunningGateway.StartAsync(new() { [On] = "on" }, sandbox, destination: lossy);
        await AdmitAsync(gateway);

        await Notes.SendAsync(gateway, Notes.Of("pat-1"));

        var shown = await ProbedAsync(gateway);
        var why = shown.GetProperty("refused").GetString();
        Assert.Contains("Of two conditional updates in one transaction it lost one", why, StringComparison.Ordinal);
        Assert.Contains("Writes may be ClientIds", why, StringComparison.Ordinal);
        using var health = await gateway.Http.GetAsync("health/ready");
        var text = await health.Content.ReadAsStringAsync();
        Assert.True(health.IsSuccessStatusCode);
        Assert.Equal("degraded", JsonElement.Parse(text).GetProperty("status").GetString());
        Assert.Contains("it is refused. Of two conditional updates", text, StringComparison.Ordinal);
        var waiting = Assert.Single(await gateway.Ledger.DeliveriesAsync(new DeliveryFilter(Notes.Source)));
        Assert.Equal(DeliveryState.Pending, waiting.State);
        Assert.Empty(await gateway.AllAsync("Composition"));
    }

    [Fact]
    public async Task Written_in_a_way_that_it_does_the_same_server_gets_every_note_and_its_versions_end()
    {
        var sandbox = new SandboxServer(TimeProvider.System);
        using var lossy = new LossyServer(sandbox);
        await using var gateway = await RunningGateway.StartAsync(
            new() { [On] = "on", ["Gateway:Destination:Strategy:Writes"] = "ClientIds" }, sandbox, destination: lossy);
        await AdmitAsync(gateway);

        foreach (var number in new[] { 1, 2 })
        {
            var note = Notes.Of("pat-1", summary: $"00000000-0000-4000-8000-00000000000{number}", text: $"Text {number}.");
            await Notes.SendAsync(gateway, note);
            await gateway.UntilAsync(
                Notes.Source, deliveries => deliveries.Count == number && deliveries.All(each => each.State == DeliveryState.Delivered));
        }

        Assert.Contains("Text 2", Assert.Single(await gateway.AllAsync("Composition")).GetRawText(), StringComparison.Ordinal);
        Assert.Equal(
            ["current", "superseded"],
            (await gateway.AllAsync("DocumentReference")).Select(document => document.GetProperty("status").GetString()!).Order());
    }

    [Fact]
    public async Task A_server_that_creates_twice_what_is_to_be_created_once_is_refused_and_taken_up_once_it_is_mended()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        using var lossy = new LossyServer(new SandboxServer(TimeProvider.System)) { KeepsUpdates = true };
        var (probed, pause) = ProbedServer.Of(lossy, clock);
        using (probed)
        {
            var why = await probed.WhyRefusedAsync(CancellationToken.None);
            Assert.Contains("ignores ifNoneExist", why, StringComparison.Ordinal);
            Assert.Equal((0, false), pause.Admit(10));
            var waits = pause.OverAsync(CancellationToken.None);

            lossy.HeedsIfNoneExist = true;
            await probed.StartAsync(CancellationToken.None);
            await waits;

            Assert.Null(probed.WhyRefused);
            Assert.Equal((10, false), pause.Admit(10));
            Assert.Equal(1, pause.Ended);
            await probed.StopAsync(CancellationToken.None);
        }
    }

    [Fact]
    public async Task A_server_that_is_refused_is_probed_again_each_minute()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        using var lossy = new LossyServer(new SandboxServer(TimeProvider.System)) { KeepsUpdates = true };
        var (probed, pause) = ProbedServer.Of(lossy, clock);
        using (probed)
        {
            Assert.NotNull(await probed.WhyRefusedAsync(CancellationToken.None));
            await probed.StartAsync(CancellationToken.None);
            var waits = pause.OverAsync(CancellationToken.None);
            lossy.HeedsIfNoneExist = true;

            // The first round may have begun before it was mended: the clock goes on until a later one has seen it.
            while (!waits.IsCompleted)
            {
                clock.Advance(TimeSpan.FromMinutes(1));
                await Task.Yield();
            }

            Assert.Null(probed.WhyRefused);
            await probed.StopAsync(CancellationToken.None);
        }
    }

    [Fact]
    public async Task A_probe_that_does_not_reach_the_server_refuses_nothing()
    {
        using var nowhere = new ScriptedServer(_ => throw new HttpRequestException(HttpRequestError.ConnectionError));
        var (probed, pause) = ProbedServer.Of(nowhere, TimeProvider.System);
        using (probed)
        {
            await Assert.ThrowsAsync<FhirRequestException>(() => probed.WhyRefusedAsync(CancellationToken.None));

            Assert.Null(probed.WhyRefused);
            Assert.Equal((10, false), pause.Admit(10));
        }
    }

    [Fact]
    public async Task What_can_not_be_deleted_is_told_of_and_used_again()
    {
        var sandbox = new SandboxServer(TimeProvider.System);
        using var destination = new InterceptedSandbox(sandbox, async (request, cancellationToken) =>
            request.Method == HttpMethod.Post
            && (await request.Content!.ReadAsStringAsync(cancellationToken)).Contains("\"DELETE\"", StringComparison.Ordinal)
                ? ScriptedServer.Outcome(403, "no deletions")
                : null);
        var memory = new Dictionary<string, (string, DateTimeOffset)>();

        var (first, _) = ProbedServer.Of(destination, TimeProvider.System, memory);
        using (first) await first.WhyRefusedAsync(CancellationToken.None);
        var (second, _) = ProbedServer.Of(destination, TimeProvider.System, memory);
        using (second) await second.WhyRefusedAsync(CancellationToken.None);

        Assert.Equal(3, first.Last!.Left.Count);
        Assert.Equal(first.Last.Left, second.Last!.Left);
        Assert.Equal(Seen.Does, second.Last.WholeTransactions);
    }

    private static async Task AdmitAsync(RunningGateway gateway)
    {
        await gateway.PutAsync("Patient", RunningGateway.SystemOf("Patient"), "pat-1");
        await gateway.PutAsync("Encounter", RunningGateway.SystemOf("Encounter"), "pat-1", Samples.Encounter);
    }

    /// <summary>What the API shows of the destination, once it is probed.</summary>
    private static Task<JsonElement> ProbedAsync(RunningGateway gateway) => gateway.UntilAsync(
        async () =>
        {
            using var answer = await gateway.ApiAsync(HttpMethod.Get, "api/destinations");
            return JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("destinations")[0];
        },
        shown => shown.GetProperty("probe").ValueKind == JsonValueKind.Object);

    private static void AssertSound(JsonElement shown)
    {
        var probe = shown.GetProperty("probe");
        string[] points =
            ["refusesUnmatchedReferences", "wholeTransactions", "conditionalUpdates", "conditionalCreates", "clientIds", "patches"];
        Assert.All(points, point => Assert.Equal("Does", probe.GetProperty(point).GetString()));
        Assert.Equal(0, probe.GetProperty("left").GetArrayLength());
        Assert.Equal(JsonValueKind.Null, shown.GetProperty("refused").ValueKind);
    }
}
