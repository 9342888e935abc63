using System.Net;
using System.Text;
using FhirGateway.Ledger;
using FhirGateway.Receiving;
using FhirGateway.Settings;
using FhirGateway.Sources;
using Microsoft.Extensions.Options;

namespace FhirGateway.Tests.Receiving;

/// <summary>Limits keep strangers and loops away, never a vendor.</summary>
public sealed class CallLimitsTests
{
    [Fact]
    public async Task A_burst_of_a_proven_sender_is_not_refused()
    {
        await using var gateway = await RunningGateway.StartAsync();

        var statuses = new List<HttpStatusCode>();
        foreach (var some in Enumerable.Range(0, 1500).Chunk(50))
            statuses.AddRange(await Task.WhenAll(some.Select(async number =>
            {
                using var answer = await gateway.SendAsync("insight-health", Note(number));
                return answer.StatusCode;
            })));

        Assert.All(statuses, status => Assert.Equal(HttpStatusCode.NoContent, status));
    }

    [Fact]
    public async Task Strangers_who_call_too_often_are_not_read_any_more_and_that_is_counted()
    {
        await using var gateway = await RunningGateway.StartAsync(
            new() { ["Gateway:Sources:insight-health:UnprovenRequestsPerMinute"] = "2" });

        for (var call = 0; call < 2; call++)
        {
            using var unproven = await gateway.SendAsync("insight-health", Note(1), _ => "not-the-secret-of-this-source");
            Assert.Equal(HttpStatusCode.Unauthorized, unproven.StatusCode);
        }

        using var third = await gateway.SendAsync("insight-health", Note(1), _ => "not-the-secret-of-this-source");
        using var other = await gateway.SendAsync("nabla", Samples.Demo("nabla"));
        Assert.Equal(HttpStatusCode.TooManyRequests, third.StatusCode);
        Assert.True(third.Headers.RetryAfter?.Delta > TimeSpan.Zero);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        Assert.Contains(
            await gateway.RefusalsAsync(3), refusal => refusal is { Source: "insight-health", Reason: "too-many-unproven", Count: 1 });
    }

    [Fact]
    public async Task A_sender_in_a_loop_is_asked_to_come_later_in_its_own_share_only()
    {
        await using var gateway = await RunningGateway.StartAsync(new() { ["Gateway:Sources:insight-health:RequestsPerMinute"] = "2" });

        for (var call = 0; call < 2; call++) (await gateway.SendAsync("insight-health", Note(call))).Dispose();
        using var third = await gateway.SendAsync("insight-health", Note(3));
        using var other = await gateway.SendAsync("nabla", Samples.Demo("nabla"));

        Assert.Equal(HttpStatusCode.TooManyRequests, third.StatusCode);
        Assert.True(third.Headers.RetryAfter?.Delta > TimeSpan.Zero);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        Assert.Equal(
            new[] { ("insight-health", "too-many", 1L) },
            (await gateway.RefusalsAsync(1)).Select(refusal => (refusal.Source, refusal.Reason, refusal.Count)));
        Assert.Equal(2, (await gateway.Ledger.MessagesAsync(new MessageFilter("insight-health"))).Count);
    }

    [Fact]
    public async Task Names_that_no_source_has_are_counted_together_and_run_out()
    {
        await using var gateway = await RunningGateway.StartAsync();

        var found = 0;
        HttpStatusCode status;
        do
        {
            using var answer = await gateway.Http.PostAsync($"webhooks/nobody-{found++}", new StringContent("{}"));
            status = answer.StatusCode;
        }
        while (status == HttpStatusCode.NotFound && found < 500);

        Assert.Equal(HttpStatusCode.TooManyRequests, status);
        Assert.True(found > 60, $"After {found} calls.");
        var refusals = await gateway.RefusalsAsync(found);
        Assert.All(refusals, refusal => Assert.Equal("(unknown)", refusal.Source));
        Assert.Equal(["too-many-unproven", "unknown-source"], refusals.Select(refusal => refusal.Reason));
    }

    private const int Long = 100 * 1024;

    [Fact]
    public async Task One_sources_turn_and_room_are_not_another_sources()
    {
        using var limits = new CallLimits(Options.Create(new GatewaySettings()));
        var (flooding, quiet) = (SourceNamed("flooding"), SourceNamed("quiet"));

        using var turn = await limits.TurnAsync(flooding, Long);
        using var room = await limits.RoomInCommitAsync(flooding, events: 5000, bytes: 8 * 1024 * 1024);
        var (nextTurn, nextRoom) = (limits.TurnAsync(flooding, Long).AsTask(), limits.RoomInCommitAsync(flooding, 1, 100).AsTask());

        using var othersTurn = await limits.TurnAsync(quiet, Long).AsTask().WaitAsync(TimeSpan.FromSeconds(20));
        using var othersRoom = await limits.RoomInCommitAsync(quiet, 1, 100).AsTask().WaitAsync(TimeSpan.FromSeconds(20));
        Assert.False(nextTurn.IsCompleted || nextRoom.IsCompleted);
        Assert.Null(await limits.TurnAsync(flooding, bytes: 1024)); // it needs none
        turn!.Dispose();
        room.Dispose();
        (await nextTurn.WaitAsync(TimeSpan.FromSeconds(20)))!.Dispose();
        (await nextRoom.WaitAsync(TimeSpan.FromSeconds(20))).Dispose();
    }

    [Theory]
    [InlineData("2001:db8::1", "2001:db8::ffff:1")]
    [InlineData("::ffff:192.0.2.7", "192.0.2.7")]
    public void A_stranger_does_not_get_a_new_share_with_another_address_of_its_network(string one, string same)
    {
        using var limits = new CallLimits(Options.Create(new GatewaySettings()));
        var source = new Source("few", new SourceOptions { UnprovenRequestsPerMinute = 1 }, GatewayHost.Vendors.Find("hami")!);

        limits.CountUnproven(source, IPAddress.Parse(one));

        Assert.False(limits.MayTry(source, IPAddress.Parse(same)));
        Assert.True(limits.MayTry(source, IPAddress.Parse("198.51.100.1")));
    }

    private static Source SourceNamed(string name) => new(name, new SourceOptions(), GatewayHost.Vendors.Find("hami")!);

    private static byte[] Note(int number) => Encoding.UTF8.GetBytes($$$"""
        {"patient_id":"p","encounter_id":"e","template_name":"SOAP Note","sections":{"plan":"Rest."},
         "summary_id":"00000000-0000-4000-8000-{{{number:D12}}}"}
        """);
}
