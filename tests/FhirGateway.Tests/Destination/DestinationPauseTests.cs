using System.Net;
using FhirGateway.Destination;
using FhirGateway.Ledger;
using FhirGateway.Sandbox;
using FhirGateway.Settings;
using FhirGateway.Tests.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace FhirGateway.Tests.Destination;

/// <summary>The destination is one server: when it is down, no delivery is sent to see it for itself.</summary>
public sealed class DestinationPauseTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void A_few_failures_are_not_a_reason_to_pause()
    {
        var pause = New();
        Fail(pause, 4);
        Assert.Equal((7, false), pause.Admit(7));
    }

    [Fact]
    public void An_answer_ends_a_run_of_failures()
    {
        var pause = New();
        Fail(pause, 4);
        pause.Answered();
        Fail(pause, 4);
        Assert.Equal((7, false), pause.Admit(7));
    }

    [Fact]
    public void After_a_pause_one_tries_and_once_it_is_answered_all_go_on()
    {
        var pause = New();
        Fail(pause, 5);
        Assert.Equal((0, false), pause.Admit(7));

        _clock.Advance(pause.Remaining);
        Assert.Equal((1, true), pause.Admit(7));
        Assert.Equal((0, false), pause.Admit(7));

        pause.Answered();
        Assert.Equal((7, false), pause.Admit(7));
        Assert.Equal(1, pause.Ended);
    }

    [Fact]
    public void What_was_on_its_way_when_a_pause_began_does_not_lengthen_it()
    {
        var pause = New();
        Fail(pause, 5);
        var left = pause.Remaining;
        Fail(pause, 20);
        Assert.Equal(left, pause.Remaining);
    }

    [Fact]
    public void Pauses_grow_while_it_stays_down_and_never_past_half_a_minute()
    {
        var pause = New();
        Fail(pause, 5);
        var last = pause.Remaining;
        for (var i = 0; i < 10; i++)
        {
            _clock.Advance(pause.Remaining);
            pause.Failed();
            Assert.InRange(pause.Remaining, last, TimeSpan.FromSeconds(30));
            last = pause.Remaining;
        }

        Assert.Equal(TimeSpan.FromSeconds(30), last);
    }

    [Fact]
    public void A_pause_that_it_asks_for_holds_for_all_and_is_cut_to_the_limit()
    {
        var pause = New();
        pause.Asked(TimeSpan.FromMinutes(5));
        Assert.Equal(TimeSpan.FromMinutes(5), pause.Remaining);
        pause.Asked(TimeSpan.FromDays(3));
        Assert.Equal(TimeSpan.FromHours(1), pause.Remaining);
    }

    [Fact]
    public void A_date_in_the_past_begins_no_pause()
    {
        var pause = New();
        pause.Asked(TimeSpan.Zero);
        Assert.Equal((7, false), pause.Admit(7));
    }

    [Fact]
    public void A_note_that_waits_because_the_destination_is_left_alone_says_why_that_is()
    {
        var left = new DestinationRestingException(TimeSpan.FromSeconds(3), "look at the keys");
        var waiting = TransactionSender.Unreached(new FhirRequestException(FhirFailure.Unreachable, "", left));

        Assert.Equal("the destination is left alone for a while: look at the keys", waiting.Reason);
        Assert.True(waiting.NeverLeft);
    }

    [Fact]
    public async Task After_a_long_outage_all_that_waited_goes_out_at_once()
    {
        const int Count = 30;
        _clock.SetUtcNow(DateTimeOffset.UtcNow);
        var sandbox = new SandboxServer(TimeProvider.System);
        var isDown = true;
        var asked = 0;
        using var destination = new InterceptedSandbox(sandbox, (_, _) =>
        {
            if (!isDown) return Task.FromResult<HttpResponseMessage?>(null);
            Interlocked.Increment(ref asked);
            throw new HttpRequestException(HttpRequestError.ConnectionError);
        });
        await using var gateway = await RunningGateway.StartAsync(
            sandbox: sandbox, destination: destination, services: services => services.AddSingleton<TimeProvider>(_clock));
        await gateway.PutAsync("Patient", RunningGateway.SystemOf("Patient"), "pat-1");
        await gateway.PutAsync("Encounter", RunningGateway.SystemOf("Encounter"), "pat-1", Samples.Encounter);
        for (var i = 0; i < Count; i++)
        {
            using var answer = await gateway.SendAsync(
                Notes.Source, Notes.Of("pat-1", summary: $"00000000-0000-4000-8000-0000000000{i:00}"), now: _clock.GetUtcNow());
            Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        }

        var back = _clock.GetUtcNow() + TimeSpan.FromMinutes(13);
        await gateway.UntilAsync(Notes.Source, _ =>
        {
            _clock.Advance(TimeSpan.FromSeconds(5));
            return _clock.GetUtcNow() >= back;
        });
        Assert.InRange(asked, 5, 100);

        isDown = false;
        await gateway.UntilAsync(Notes.Source, deliveries =>
        {
            // A minute in all: a single note would wait for a quarter of an hour by now.
            if (_clock.GetUtcNow() < back + TimeSpan.FromMinutes(1)) _clock.Advance(TimeSpan.FromSeconds(1));
            return deliveries.Count == Count && deliveries.All(delivery => delivery.State == DeliveryState.Delivered);
        });
    }

    [Fact]
    public async Task A_ledger_that_fails_while_the_destination_is_tried_again_stops_nothing_for_ever()
    {
        _clock.SetUtcNow(DateTimeOffset.UtcNow);
        var folder = Directory.CreateTempSubdirectory("fhirgateway-pause-");
        var (ledger, aside) = (Path.Combine(folder.FullName, "ledger.db"), Path.Combine(folder.FullName, "aside"));
        var sandbox = new SandboxServer(TimeProvider.System);
        var busy = 1;
        using var logs = new CapturedLogs();
        using var destination = new InterceptedSandbox(sandbox, (request, _) => Task.FromResult(
            request.Method == HttpMethod.Post && Interlocked.Decrement(ref busy) >= 0
                ? ScriptedServer.Json(503, null, ("Retry-After", "600"))
                : null));
        await using (var gateway = await RunningGateway.StartAsync(
            new() { ["Logging:LogLevel:Default"] = "Warning" },
            sandbox,
            ledger,
            destination,
            logs,
            services => services.AddSingleton<TimeProvider>(_clock)))
        {
            await gateway.PutAsync("Patient", RunningGateway.SystemOf("Patient"), "pat-1");
            await gateway.PutAsync("Encounter", RunningGateway.SystemOf("Encounter"), "pat-1", Samples.Encounter);
            using var answer = await gateway.SendAsync(Notes.Source, Notes.Of("pat-1"), now: _clock.GetUtcNow());
            await gateway.UntilAsync(Notes.Source, deliveries => deliveries is [{ State: DeliveryState.Pending, Reason: not null }]);

            // The ledger's file is away when the pause ends, and back a moment later.
            File.Move(ledger, aside);
            _clock.Advance(TimeSpan.FromMinutes(10));
            await gateway.UntilAsync(
                () => Task.FromResult(logs.Lines), lines => lines.Any(line => line.Contains("The ledger failed", StringComparison.Ordinal)));
            File.Move(aside, ledger);

            await gateway.UntilAsync(Notes.Source, deliveries =>
            {
                _clock.Advance(TimeSpan.FromSeconds(1));
                return deliveries is [{ State: DeliveryState.Delivered }];
            });
        }

        folder.Delete(recursive: true);
    }

    private static void Fail(DestinationPause pause, int times)
    {
        for (var i = 0; i < times; i++) pause.Failed();
    }

    private DestinationPause New() =>
        new(Options.Create(new GatewaySettings()), _clock, NullLogger<DestinationPause>.Instance);
}
