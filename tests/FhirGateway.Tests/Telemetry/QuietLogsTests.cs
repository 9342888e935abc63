using System.Text;
using System.Text.Json;
using FhirGateway.Ledger;
using FhirGateway.Sandbox;
using FhirGateway.Tests.Destination;

namespace FhirGateway.Tests.Telemetry;

/// <summary>
/// Whatever happens to a message, and however much is logged: nothing of what it says, whom it is about, or what proves it, is in the
/// logs.
/// </summary>
public sealed class QuietLogsTests
{
    private static readonly Dictionary<string, string?> LogEverything = new()
    {
        ["Logging:LogLevel:Default"] = "Trace",
        ["Gateway:Delivery:LongestWait"] = "00:00:00.1",
    };

    public static TheoryData<string> Vendors => [.. GatewayHost.Vendors.Vendors.Select(vendor => vendor.Name)];

    [Theory]
    [MemberData(nameof(Vendors))]
    public async Task A_parked_message_is_not_in_the_logs(string vendor)
    {
        using var logs = new CapturedLogs();
        await using (var gateway = await RunningGateway.StartAsync(RefusingNothing(vendor), logs: logs))
        {
            await gateway.SendAsync(vendor, Samples.Demo(vendor));
            await gateway.SettledAsync(vendor);
        }

        AssertQuiet(logs, vendor);
    }

    [Theory]
    [InlineData("hami")]
    [InlineData("human-api")]
    [InlineData("insight-health")]
    public async Task A_delivered_message_is_not_in_the_logs(string vendor)
    {
        using var logs = new CapturedLogs();
        await using (var gateway = await RunningGateway.StartAsync(RefusingNothing(vendor), logs: logs))
        {
            await gateway.SendAsync(vendor, Samples.Demo(vendor));
            await Samples.SatisfyAsync(gateway, vendor);
        }

        AssertQuiet(logs, vendor);
    }

    [Theory]
    [InlineData("hami")]
    [InlineData("human-api")]
    [InlineData("insight-health")]
    public async Task A_server_that_quotes_the_note_back_does_not_bring_it_into_the_logs(string vendor)
    {
        var sandbox = new SandboxServer(TimeProvider.System);
        var answers = new Queue<int>([503, 500, 422]);
        using var destination = new InterceptedSandbox(
            sandbox, async (request, cancellationToken) => request.Method == HttpMethod.Post && answers.TryDequeue(out var status)
            ? ScriptedServer.Outcome(status, JsonEncodedText.Encode(await request.Content!.ReadAsStringAsync(cancellationToken)).ToString())
            : null);
        using var logs = new CapturedLogs();
        await using (var gateway = await RunningGateway.StartAsync(LogEverything, sandbox, destination: destination, logs: logs))
        {
            await Samples.PrepareAsync(gateway, vendor);
            await gateway.SendAsync(vendor, Samples.Demo(vendor));
            await gateway.UntilStateAsync(vendor, DeliveryState.Dead);
        }

        AssertQuiet(logs, vendor);
    }

    [Theory]
    [MemberData(nameof(Vendors))]
    public async Task A_refused_call_is_not_in_the_logs(string vendor)
    {
        using var logs = new CapturedLogs();
        await using (var gateway = await RunningGateway.StartAsync(LogEverything, logs: logs))
        {
            var sample = Encoding.UTF8.GetString(Samples.Demo(vendor).Span);
            using var unproven = await gateway.SendAsync(vendor, Samples.Demo(vendor), _ => "not-the-secret-of-this-source");
            using var malformed = await gateway.SendAsync(vendor, Encoding.UTF8.GetBytes(sample + "}"));
            using var invalid = await gateway.SendAsync(vendor, Encoding.UTF8.GetBytes($$"""{"x":{{sample}}}"""));
            Assert.All([unproven, malformed, invalid], answer => Assert.False(answer.IsSuccessStatusCode));
        }

        AssertQuiet(logs, vendor);
    }

    private static void AssertQuiet(CapturedLogs logs, string vendor)
    {
        Assert.NotEmpty(logs.Lines);
        var secrets = GatewayHost.Vendors.Find(vendor)!.Proofs.Select(proof => RunningGateway.Secret(proof)).Append(RunningGateway.ApiKey);
        var said = Leaves(JsonElement.Parse(Samples.Demo(vendor).Span)).Where(text => text.Length >= 6 && !Structural.Contains(text));
        foreach (var text in secrets.Concat(said))
        {
            if (logs.Lines.FirstOrDefault(line => line.Contains(text, StringComparison.OrdinalIgnoreCase)) is { } line)
            {
                Assert.Fail($"\"{text}\" is in the logs: {line}");
            }
        }
    }

    // Words of the vendor's protocol, which say nothing of anybody.
    private static readonly HashSet<string> Structural = new(StringComparer.OrdinalIgnoreCase) { "completed" };

    private static IEnumerable<string> Leaves(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().SelectMany(property => Leaves(property.Value)),
        JsonValueKind.Array => json.EnumerateArray().SelectMany(Leaves),
        JsonValueKind.String => [json.GetString()!],
        _ => [],
    };

    private static Dictionary<string, string?> RefusingNothing(string vendor) =>
        new(LogEverything.Concat(RunningGateway.RefusingNothing(vendor)));
}
