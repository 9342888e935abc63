using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using FhirGateway.Ledger;
using FhirGateway.Sandbox;
using FhirGateway.Tests.Destination;

namespace FhirGateway.Tests.Pipeline;

/// <summary>From the ledger to the destination, with a destination that behaves as real ones do on a bad day.</summary>
public sealed class DeliveryTests
{
    private const string Source = "insight-health";

    [Fact]
    public async Task A_note_waits_by_name_for_what_it_refers_to_and_goes_out_once_that_is_there()
    {
        await using var gateway = await RunningGateway.StartAsync();
        using var answer = await gateway.SendAsync(Source, Samples.Demo(Source));
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);

        var waitedFor = new List<string>();
        var delivery = await Samples.SatisfyAsync(gateway, Source, waitedFor);

        Assert.Equal(["Encounter", "Patient"], waitedFor.Select(condition => condition.Split('?')[0]).Order(StringComparer.Ordinal));
        Assert.NotNull(delivery.Receipt);
        Assert.Single(await gateway.AllAsync("DocumentReference"));
        Assert.Single(await gateway.AllAsync("Composition"));
        Assert.Single(await gateway.AllAsync("Patient"));
    }

    [Theory]
    [InlineData(409)]
    [InlineData(503)]
    [InlineData(429)]
    public async Task A_passing_failure_is_tried_again_until_it_has_passed(int status)
    {
        var sandbox = new SandboxServer(TimeProvider.System);
        var failures = 2;
        using var destination = new InterceptedSandbox(sandbox, (request, _) => Task.FromResult(
            request.Method == HttpMethod.Post && Interlocked.Decrement(ref failures) >= 0 ? ScriptedServer.Outcome(status) : null));
        await using var gateway = await RunningGateway.StartAsync(
            new() { ["Gateway:Delivery:LongestWait"] = "00:00:00.1" }, sandbox, destination: destination);
        await gateway.SendAsync(Source, Samples.Demo(Source));

        var delivery = await Samples.SatisfyAsync(gateway, Source);

        var history = await gateway.Ledger.DeliveryAsync(delivery.Id);
        Assert.Equal(
            2,
            history!.Attempts.Count(
                attempt => attempt.Outcome == "retry" && attempt.Reason!.Contains($"{status}", StringComparison.Ordinal)));
        Assert.Single(await gateway.AllAsync("DocumentReference"));
    }

    [Fact]
    public async Task A_refusal_is_dead_with_the_servers_words_and_can_be_replayed()
    {
        var sandbox = new SandboxServer(TimeProvider.System);
        var refuses = true;
        using var destination = new InterceptedSandbox(sandbox, (request, _) => Task.FromResult(
            request.Method == HttpMethod.Post && refuses ? ScriptedServer.Outcome(422, "not on this server") : null));
        await using var gateway = await RunningGateway.StartAsync(sandbox: sandbox, destination: destination);
        await Samples.PrepareAsync(gateway, Source);
        await gateway.SendAsync(Source, Samples.Demo(Source));

        var dead = Assert.Single(await gateway.UntilStateAsync(Source, DeliveryState.Dead));
        Assert.Contains("not on this server", dead.Outcome, StringComparison.Ordinal);

        refuses = false;
        using var replayed = await gateway.ApiAsync(HttpMethod.Post, $"api/deliveries/{dead.Id}/replay");
        Assert.Equal(HttpStatusCode.Accepted, replayed.StatusCode);
        await gateway.UntilStateAsync(Source, DeliveryState.Delivered);
    }

    [Fact]
    public async Task A_pause_of_a_day_is_cut_to_an_hour_and_ends_for_all_with_a_replay()
    {
        var sandbox = new SandboxServer(TimeProvider.System);
        var pauses = 1;
        using var destination = new InterceptedSandbox(sandbox, (request, _) => Task.FromResult(
            request.Method == HttpMethod.Post && Interlocked.Decrement(ref pauses) >= 0
                ? ScriptedServer.Json(503, null, ("Retry-After", "86400"))
                : null));
        await using var gateway = await RunningGateway.StartAsync(sandbox: sandbox, destination: destination);
        await Samples.PrepareAsync(gateway, Source);

        await gateway.SendAsync(Source, Samples.Demo(Source));
        var waiting = Assert.Single(
            await gateway.UntilAsync(Source, deliveries => deliveries is [{ State: DeliveryState.Pending, Reason: not null }]));
        Assert.InRange(waiting.DueAt!.Value - waiting.ChangedAt, TimeSpan.FromMinutes(59), TimeSpan.FromMinutes(61));

        var other = JsonNode.Parse(Samples.Demo(Source).Span)!;
        (other["summary_id"], other["template_name"]) = ("5c9f3d0e-6c1b-4f0a-9d57-0f1e2d3c4b5a", "Another template");
        await gateway.SendAsync(Source, JsonSerializer.SerializeToUtf8Bytes(other));

        using var replayed = await gateway.ApiAsync(HttpMethod.Post, $"api/deliveries/{waiting.Id}/replay");
        Assert.Equal(HttpStatusCode.Accepted, replayed.StatusCode);
        await gateway.UntilAsync(
            Source, deliveries => deliveries is [{ State: DeliveryState.Delivered }, { State: DeliveryState.Delivered, Attempts: 1 }]);
    }

    [Fact]
    public async Task A_gateway_killed_between_sending_and_writing_it_down_delivers_once()
    {
        var folder = Directory.CreateTempSubdirectory("fhirgateway-tests-").FullName;
        var ledger = Path.Combine(folder, "ledger.db");
        var sandbox = new SandboxServer(TimeProvider.System);
        var arrived = new TaskCompletionSource();
        using var lost = new InterceptedSandbox(sandbox, async (request, cancellationToken) =>
        {
            if (request.Method != HttpMethod.Post) return null;

            // The transaction is done, but its answer never comes: what a crash right after the send looks like from both sides.
            using var inner = new HttpMessageInvoker(new SandboxHandler(sandbox, "http://sandbox.invalid/fhir"));
            var done = await inner.SendAsync(request, cancellationToken);
            Assert.Equal(HttpStatusCode.OK, done.StatusCode);
            arrived.TrySetResult();
            throw new HttpRequestException("the connection broke");
        });
        await using (var first = await RunningGateway.StartAsync(sandbox: sandbox, ledger: ledger, destination: lost))
        {
            await Samples.PrepareAsync(first, Source);
            await first.SendAsync(Source, Samples.Demo(Source));
            await arrived.Task.WaitAsync(TimeSpan.FromSeconds(20));
        }

        await using (var second = await RunningGateway.StartAsync(sandbox: sandbox, ledger: ledger))
        {
            await second.UntilStateAsync(Source, DeliveryState.Delivered);
            Assert.Single(await second.AllAsync("DocumentReference"));
            Assert.Single(await second.AllAsync("Composition"));
            Assert.Single(await second.AllAsync("Provenance"));
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task The_same_message_again_is_answered_alike_and_delivers_nothing_twice()
    {
        await using var gateway = await RunningGateway.StartAsync();
        await Samples.PrepareAsync(gateway, Source);
        using var first = await gateway.SendAsync(Source, Samples.Demo(Source));
        await gateway.UntilStateAsync(Source, DeliveryState.Delivered);

        using var again = await gateway.SendAsync(Source, Samples.Demo(Source));

        Assert.Equal(first.StatusCode, again.StatusCode);
        Assert.Single(await gateway.SettledAsync(Source));
        Assert.Single(await gateway.AllAsync("DocumentReference"));
        Assert.Equal(1, Assert.Single(await gateway.Ledger.MessagesAsync(new MessageFilter())).Duplicates);
    }
}
