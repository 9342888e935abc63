using System.Net;
using System.Text;
using System.Text.Json;
using FhirGateway.Ledger.Sqlite;
using FhirGateway.Mapping;
using FhirGateway.Receiving;
using FhirGateway.Settings;
using FhirGateway.Sources;
using FhirGateway.Telemetry;
using FhirGateway.Tests.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace FhirGateway.Tests.Receiving;

/// <summary>
/// No call is refused without a trace: whoever runs the gateway finds it, the rule it broke and the place, and nothing of its content.
/// </summary>
public sealed class RefusalsTests
{
    private const string Secret = "Jane Doe, DOB 1970-01-01";

    [Fact]
    public async Task A_refused_call_of_a_proven_sender_is_not_forgotten_by_a_restart()
    {
        var folder = Directory.CreateTempSubdirectory("fhirgateway-refusals-");
        var ledger = Path.Combine(folder.FullName, "ledger.db");
        await using (var gateway = await RunningGateway.StartAsync(ledger: ledger))
        {
            using var invalid = await gateway.SendAsync(
                "nabla", Nabla($$$"""{"id":"{{{Secret}}}","status":"SUCCEEDED","payload":{"note":{"sections":[]} } }"""));
            using var malformed = await gateway.SendAsync("hami", Encoding.UTF8.GetBytes($$"""{"{{Secret}}":1,"{{Secret}}":2}"""));
            using var tooDeep = await gateway.SendAsync(
                "insight-health", Encoding.UTF8.GetBytes(new string('[', 200) + new string(']', 200)));
            using var stranger = await gateway.SendAsync("nabla", Nabla("{}"), _ => "not-the-secret-of-this-source");
            Assert.Equal([422, 400, 400, 401], new[] { invalid, malformed, tooDeep, stranger }.Select(answer => (int)answer.StatusCode));
            await gateway.RefusalsAsync(4);
        }

        await using (var restarted = await RunningGateway.StartAsync(ledger: ledger))
        {
            using var answer = await restarted.ApiAsync(HttpMethod.Get, "api/refusals");
            var page = JsonElement.Parse(await answer.Content.ReadAsByteArrayAsync());
            Assert.Equal(
                [
                    "insight-health 400 too-deep too-costly", "hami 400 malformed structure", "nabla 422 invalid required",
                    "nabla 422 invalid value"],
                page.GetProperty("refusals").EnumerateArray().SelectMany(
                    call => call.GetProperty("problems").EnumerateArray().Select(problem =>
                    $"{Text(call, "source")} {call.GetProperty("status")} {Text(call, "reason")} {Text(problem, "code")}")).Distinct());
            Assert.Contains(
                page.GetProperty("refusals")[2].GetProperty("problems").EnumerateArray(),
                problem => Text(problem, "pointer") == "/data/id");
            Assert.Contains(
                page.GetProperty("counts").EnumerateArray(),
                count => Text(count, "source") == "nabla" && Text(count, "reason") == "unproven");

            using var ofOne = await restarted.ApiAsync(HttpMethod.Get, "api/refusals?source=hami&limit=1");
            Assert.Equal(
                "hami",
                Text(
                    Assert.Single(JsonElement.Parse(await ofOne.Content.ReadAsByteArrayAsync()).GetProperty("refusals").EnumerateArray()),
                    "source"));
            using var unasked = await restarted.ApiAsync(HttpMethod.Get, "api/refusals", token: "");
            Assert.Equal(HttpStatusCode.Unauthorized, unasked.StatusCode);
        }

        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_refused_call_is_logged_with_the_rule_and_the_place_and_without_a_value_or_a_key_of_its_own()
    {
        using var logs = new CapturedLogs();
        await using (var gateway = await RunningGateway.StartAsync(new() { ["Logging:LogLevel:FhirGateway"] = "Information" }, logs: logs))
        {
            using var invalid = await gateway.SendAsync(
                "insight-health", Encoding.UTF8.GetBytes($$"""{"summary_id":"{{Secret}}","{{Secret}}":1}"""));
            using var doubled = await gateway.SendAsync("hami", Encoding.UTF8.GetBytes($$"""{"{{Secret}}":1,"{{Secret}}":2}"""));
            using var unknown = await gateway.Http.PostAsync("webhooks/nobody", new StringContent(Secret));
        }

        Assert.Contains(
            logs.Lines,
            line =>
                line.Contains(
                    "A proven call of insight-health is refused with 422: invalid. First of 5 problems: required at /patient_id.",
                    StringComparison.Ordinal));
        Assert.Contains(
            logs.Lines,
            line =>
                line.Contains(
                    "A proven call of hami is refused with 400: malformed. First of 1 problems: structure at a place that GET "
                        + "/api/refusals names.",
                    StringComparison.Ordinal));
        Assert.Contains(
            logs.Lines, line => line.Contains("A call to (unknown) is refused with 404: unknown-source.", StringComparison.Ordinal));
        Assert.DoesNotContain(logs.Lines, line => line.Contains("Jane", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_patient_who_is_not_found_is_not_named_in_the_list_of_refusals()
    {
        await using var gateway = await RunningGateway.StartAsync();
        var body = """{"appointmentId":"appointment-of-Jane","dateCreated":"2026-03-01T07:18:55Z","intakeSummary":{}}"""u8.ToArray();

        using var refused = await gateway.SendAsync("hami", body);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        var kept = Assert.Single(await gateway.RefusedAsync("hami"));
        Assert.Equal((422, "unknown-reference", (long)body.Length), (kept.Status, kept.Reason, kept.BodyBytes));
        Assert.DoesNotContain("Jane", kept.Problems, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refusals_by_a_limit_do_not_fill_the_log_and_none_is_left_out_of_it()
    {
        var folder = Directory.CreateTempSubdirectory("fhirgateway-refusals-");
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        using var logs = new CapturedLogs();
        using var meters = new ServiceCollection().AddMetrics().AddSingleton<GatewayMetrics>().BuildServiceProvider();
        await using (var ledger = SqliteLedger.Open(Path.Combine(folder.FullName, "ledger.db"), clock))
        {
            using var factory = LoggerFactory.Create(logging => logging.AddProvider(logs));
            using var refusals = new Refusals(ledger, meters.GetRequiredService<GatewayMetrics>(), clock, factory.CreateLogger<Refusals>());
            var source = new Source("clinic", new SourceOptions(), GatewayHost.Vendors.Find("hami")!);
            var busy = Refusal.Of(Verdict.Busy, Problem.Error("throttled", "Later."), isProven: false);

            for (var call = 0; call < 5; call++) refusals.Add(source, busy, 503, 0);
            await refusals.WriteAsync();
            for (var call = 0; call < 3; call++) refusals.Add(source, busy, 503, 0);
            await refusals.WriteAsync();
            Assert.Equal(["5 calls to clinic were refused by a limit since this was last said: busy."], Said(logs));
            Assert.Equal(8, Assert.Single(await ledger.RefusalsAsync()).Count);

            clock.Advance(TimeSpan.FromMinutes(1));
            await refusals.WriteAsync();
            await refusals.WriteAsync();
            Assert.Equal("3 calls to clinic were refused by a limit since this was last said: busy.", Said(logs)[^1]);
            Assert.Equal(2, Said(logs).Count);
        }

        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_ledger_that_can_not_be_written_does_not_turn_a_refusal_into_a_failure()
    {
        await using var gateway = await RunningGateway.StartAsync();
        await gateway.Ledger.DisposeAsync();

        using var stranger = await gateway.SendAsync("nabla", Nabla("{}"), _ => "not-the-secret-of-this-source");
        using var malformed = await gateway.SendAsync("nabla", "{"u8.ToArray());

        Assert.Equal(HttpStatusCode.Unauthorized, stranger.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, malformed.StatusCode);
    }

    private static List<string> Said(CapturedLogs logs) =>
        [.. logs.Lines.Select(line => line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..].Trim())];

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    private static byte[] Nabla(string data) =>
        Encoding.UTF8.GetBytes(
            $$"""{"id":"4d7a2c9e-61b8-4f35-a0d2-97e3c1b8f654","type":"generate_note_async.succeeded","data":{{data}}}""");
}
