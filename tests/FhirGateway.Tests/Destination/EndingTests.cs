using FhirGateway.Ledger;
using FhirGateway.Sandbox;
using FhirGateway.Testing;

namespace FhirGateway.Tests.Destination;

/// <summary>A version of a note is ended only when the one that takes its place is there: whatever the destination does halfway.</summary>
public sealed class EndingTests
{
    private const string First = "00000000-0000-4000-8000-000000000001";
    private const string Second = "00000000-0000-4000-8000-000000000002";

    // What Medplum says of itself, whatever its project is set to.
    private const string Claim = """
        { "resourceType": "CapabilityStatement", "rest": [ { "mode": "server", "interaction": [ { "code": "transaction" }, { "code": "batch" } ] } ] }
        """;

    [MedplumTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_predecessor_stays_current_when_its_successor_failed(bool claimsTransactions)
    {
        using var server = new OtherServer(await MedplumRouter.EmptyServerAsync());
        await server.AdmitAsync("pat-1");
        var whenItFailed = new List<string>();
        using var wire = new InterceptedServer(
            request => Task.FromResult(claimsTransactions && request.RequestUri!.AbsolutePath.EndsWith("metadata", StringComparison.Ordinal)
                ? ScriptedServer.Json(200, Claim)
                : null),
            async (request, sent, answer) =>
            {
                if (sent.Contains("\"Composition\"", StringComparison.Ordinal)
                    && answer.Contains("not available", StringComparison.Ordinal))
                    whenItFailed.Add(await StatusAsync(server, First));
            });
        await using var gateway = await RunningGateway.StartAsync(server.Settings(), destination: wire);
        await Notes.SendAsync(gateway, Notes.Of("pat-1", summary: First));
        await gateway.UntilStateAsync(Notes.Source, DeliveryState.Delivered);

        await server.FailOnceAsync("Composition");
        await Notes.SendAsync(gateway, Notes.Of("pat-1", summary: Second));
        await gateway.UntilAsync(
            Notes.Source, deliveries => deliveries.Count == 2 && deliveries.All(delivery => delivery.State == DeliveryState.Delivered));

        Assert.Equal(["current"], whenItFailed);
        Assert.Equal(("superseded", "current"), (await StatusAsync(server, First), await StatusAsync(server, Second)));
        using var health = await gateway.Http.GetAsync("health/ready");
        Assert.Contains("entry by entry", await health.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [MedplumFact]
    public async Task What_was_learnt_of_a_destination_is_known_after_a_restart()
    {
        var folder = Directory.CreateTempSubdirectory("fhirgateway-tests-");
        using var server = new OtherServer(await MedplumRouter.EmptyServerAsync());
        await server.AdmitAsync("pat-1");
        var probes = 0;
        Task<HttpResponseMessage?> Intercept(HttpRequestMessage request) => Task.FromResult(
            request.RequestUri!.AbsolutePath.EndsWith("metadata", StringComparison.Ordinal) ? ScriptedServer.Json(200, Claim) : null);
        Task Answered(HttpRequestMessage request, string sent, string answer)
        {
            if (sent.Contains("Device.status", StringComparison.Ordinal)) probes++;
            return Task.CompletedTask;
        }

        foreach (var (summary, number) in new[] { (First, 1), (Second, 2), ("00000000-0000-4000-8000-000000000003", 3) })
        {
            using var wire = new InterceptedServer(Intercept, Answered);
            await using var gateway = await RunningGateway.StartAsync(
                server.Settings(), ledger: Path.Combine(folder.FullName, "ledger.db"), destination: wire);
            await Notes.SendAsync(gateway, Notes.Of("pat-1", summary: summary));
            await gateway.UntilAsync(
                Notes.Source,
                deliveries => deliveries.Count == number && deliveries.All(delivery => delivery.State == DeliveryState.Delivered));
        }

        Assert.Equal(1, probes);
        folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData(null, 1)]
    [InlineData("true", 1)]
    [InlineData("false", 2)]
    public async Task A_version_is_ended_in_the_transaction_of_its_successor_only_where_that_is_done_whole(string? atomic, int requests)
    {
        var sandbox = new SandboxServer(TimeProvider.System);
        var sent = new List<string>();
        using var destination = new InterceptedSandbox(sandbox, async (request, cancellationToken) =>
        {
            if (request.Method == HttpMethod.Post) sent.Add(await request.Content!.ReadAsStringAsync(cancellationToken));
            return null;
        });
        await using var gateway = await RunningGateway.StartAsync(
            new() { ["Gateway:Destination:Atomic"] = atomic }, sandbox, destination: destination);
        await gateway.PutAsync("Patient", RunningGateway.SystemOf("Patient"), "pat-1");
        await gateway.PutAsync("Encounter", RunningGateway.SystemOf("Encounter"), "pat-1", Samples.Encounter);
        await Notes.SendAsync(gateway, Notes.Of("pat-1", summary: First));
        await gateway.UntilStateAsync(Notes.Source, DeliveryState.Delivered);
        sent.Clear();

        await Notes.SendAsync(gateway, Notes.Of("pat-1", summary: Second));
        await gateway.UntilAsync(
            Notes.Source, deliveries => deliveries.Count == 2 && deliveries.All(delivery => delivery.State == DeliveryState.Delivered));

        var written = sent.Where(bundle => !bundle.Contains("Device.status", StringComparison.Ordinal)).ToList();
        Assert.Equal(requests, written.Count);
        Assert.Contains("\"PATCH\"", written[^1], StringComparison.Ordinal);
        Assert.Equal(requests == 1, written[^1].Contains("\"Composition\"", StringComparison.Ordinal));
        Assert.Equal(
            ["current", "superseded"],
            (await gateway.AllAsync("DocumentReference")).Select(document => document.GetProperty("status").GetString()!).Order());
    }

    [Fact]
    public async Task A_note_that_was_cut_off_is_not_dead_for_what_the_server_says_while_it_is_at_work()
    {
        var sandbox = new SandboxServer(TimeProvider.System);
        var answers = new Queue<int>([0, 400, 412, 200]);
        using var destination = new InterceptedSandbox(sandbox, async (request, cancellationToken) =>
        {
            if (request.Method != HttpMethod.Post
                || !(await request.Content!.ReadAsStringAsync(cancellationToken)).Contains("\"Composition\"", StringComparison.Ordinal))
                return null;
            return answers.Dequeue() switch
            {
                0 => throw new HttpRequestException(HttpRequestError.ResponseEnded),
                200 => null,
                var status => ScriptedServer.Outcome(status, "not now"),
            };
        });
        await using var gateway = await RunningGateway.StartAsync(
            new() { ["Gateway:Delivery:LongestWait"] = "00:00:00.1" }, sandbox, destination: destination);
        await gateway.PutAsync("Patient", RunningGateway.SystemOf("Patient"), "pat-1");
        await gateway.PutAsync("Encounter", RunningGateway.SystemOf("Encounter"), "pat-1", Samples.Encounter);

        await Notes.SendAsync(gateway, Notes.Of("pat-1"));

        var delivery = Assert.Single(await gateway.UntilStateAsync(Notes.Source, DeliveryState.Delivered));
        var history = await gateway.Ledger.DeliveryAsync(delivery.Id);
        Assert.Equal(["unanswered", "retry", "retry", "delivered"], history!.Attempts.Select(attempt => attempt.Outcome!));
    }

    private static async Task<string> StatusAsync(OtherServer server, string version) => (await server.AllAsync("DocumentReference"))
        .Single(document => document.GetProperty("masterIdentifier").GetProperty("value").GetString() == $"urn:uuid:{version}")
        .GetProperty("status").GetString()!;
}
