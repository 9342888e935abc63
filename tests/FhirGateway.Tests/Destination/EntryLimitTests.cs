using System.Text.Json;
using FhirGateway.Ledger;
using FhirGateway.Sandbox;
using FhirGateway.Testing;

namespace FhirGateway.Tests.Destination;

/// <summary>More than a destination takes in one transaction: it goes out in parts, document by document, or stops and says why.</summary>
public sealed class EntryLimitTests
{
    private const string Metriport = "metriport";

    [Fact]
    public async Task Documents_beyond_the_limit_go_out_in_parts_and_none_is_lost_or_doubled()
    {
        var sandbox = new SandboxServer(TimeProvider.System);
        var sizes = new List<int>();
        using var destination = new InterceptedSandbox(sandbox, async (request, cancellationToken) =>
        {
            if (request.Method == HttpMethod.Post) sizes.Add(await SizeAsync(request, cancellationToken));
            return null;
        });
        await using var gateway = await RunningGateway.StartAsync(
            new() { ["Gateway:Destination:MaxEntries"] = "4" }, sandbox, destination: destination);
        await gateway.PutAsync("Patient", RunningGateway.SystemOf("Patient"), "pat-1");

        var delivery = await DeliverAsync(gateway, "pat-1", 9);
        await AssertAllThereAsync(gateway.AllAsync, 9);

        // Each part is safe to repeat.
        using var replayed = await gateway.ApiAsync(HttpMethod.Post, $"api/deliveries/{delivery.Id}/replay");
        await gateway.UntilStateAsync(Metriport, DeliveryState.Delivered);
        await AssertAllThereAsync(gateway.AllAsync, 9);
        Assert.InRange(sizes.Max(), 1, 4);
    }

    [Theory]
    [InlineData(413, "Too many entries in one request")]
    [InlineData(
        400,
        "Transaction bundle Too large. Transaction bundle contain 10 which exceedes the maximum permitted transaction bundle size of 5")]
    [InlineData(400, "Transaction requires strict isolation but has too many entries")]
    [InlineData(400, "Transaction contains more update operations than allowed")]
    public async Task A_limit_that_a_refusal_tells_of_is_learnt_once(int status, string words)
    {
        var folder = Directory.CreateTempSubdirectory("fhirgateway-tests-");
        var ledger = Path.Combine(folder.FullName, "ledger.db");
        var sandbox = new SandboxServer(TimeProvider.System);
        var refused = 0;
        InterceptedSandbox Destination() => new(sandbox, async (request, cancellationToken) =>
        {
            if (request.Method != HttpMethod.Post || await SizeAsync(request, cancellationToken) <= 5) return null;
            refused++;
            return ScriptedServer.Outcome(status, words);
        });
        await using (var gateway = await RunningGateway.StartAsync(sandbox: sandbox, ledger: ledger, destination: Destination()))
        {
            await gateway.PutAsync("Patient", RunningGateway.SystemOf("Patient"), "pat-1");
            await DeliverAsync(gateway, "pat-1", 9);
            await AssertAllThereAsync(gateway.AllAsync, 9);
            using var health = await gateway.Http.GetAsync("health/ready");
            Assert.Contains("Strategy:Entries", await health.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        await using (var restarted = await RunningGateway.StartAsync(sandbox: sandbox, ledger: ledger, destination: Destination()))
            await DeliverAsync(restarted, "pat-1", 9, expected: 2);

        Assert.Equal(1, refused);
        folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("Request entity too large")]
    [InlineData("Bundle too large: the limit is 1000000 bytes")]
    public async Task A_limit_of_bytes_divides_what_is_too_heavy_and_nothing_that_comes_after(string words)
    {
        const string Hami = "hami";
        var sandbox = new SandboxServer(TimeProvider.System);
        using var destination = new InterceptedSandbox(sandbox, async (request, cancellationToken) =>
            request.Method == HttpMethod.Post && (await request.Content!.ReadAsByteArrayAsync(cancellationToken)).Length > 60_000
                ? ScriptedServer.Outcome(413, words)
                : null);
        await using var gateway = await RunningGateway.StartAsync(sandbox: sandbox, destination: destination);
        await gateway.PutAsync("Patient", RunningGateway.SystemOf("Patient"), "pat-1");
        await gateway.PutAsync("Encounter", RunningGateway.SystemOf("Encounter"), "pat-1", Samples.Encounter);
        await Samples.PrepareAsync(gateway, Hami);

        await DeliverAsync(gateway, "pat-1", 60);
        await AssertAllThereAsync(gateway.AllAsync, 60);
        await Notes.SendAsync(gateway, Notes.Of("pat-1", text: new string('x', 100_000)));
        var dead = Assert.Single(await gateway.UntilStateAsync(Notes.Source, DeliveryState.Dead));
        Assert.Contains(words, dead.Reason, StringComparison.Ordinal);

        var before = destination.Transactions;
        await gateway.SendAsync(Hami, Samples.Demo(Hami));
        await gateway.UntilStateAsync(Hami, DeliveryState.Delivered);

        // Its two Devices, its Organization, and all of the note at once.
        Assert.Equal(4, destination.Transactions - before);
    }

    [Fact]
    public async Task The_setting_is_believed_before_what_was_learnt_and_no_part_is_refused_for_ever()
    {
        var folder = Directory.CreateTempSubdirectory("fhirgateway-tests-");
        var ledger = Path.Combine(folder.FullName, "ledger.db");
        var sandbox = new SandboxServer(TimeProvider.System);
        var (most, largest) = (2, 0);
        InterceptedSandbox Destination() => new(sandbox, async (request, cancellationToken) =>
        {
            if (request.Method != HttpMethod.Post) return null;
            var size = await SizeAsync(request, cancellationToken);
            if (size > most) return ScriptedServer.Outcome(400, "too many entries");
            largest = Math.Max(largest, size);
            return null;
        });
        await using (var learning = await RunningGateway.StartAsync(sandbox: sandbox, ledger: ledger, destination: Destination()))
        {
            await learning.PutAsync("Patient", RunningGateway.SystemOf("Patient"), "pat-1");
            await DeliverAsync(learning, "pat-1", 9);
        }

        var settings = new Dictionary<string, string?> { ["Gateway:Destination:MaxEntries"] = "6" };
        await using (var refused = await RunningGateway.StartAsync(settings, sandbox, ledger, Destination()))
            await DeliverAsync(refused, "pat-1", 9, expected: 2);

        most = 6;
        await using (var told = await RunningGateway.StartAsync(settings, sandbox, ledger, Destination()))
            await DeliverAsync(told, "pat-1", 9, expected: 3);

        Assert.Equal(6, largest);
        folder.Delete(recursive: true);
    }

    [MedplumFact]
    public async Task Twelve_documents_reach_a_server_that_takes_eight_conditional_entries()
    {
        using var server = new OtherServer(await MedplumRouter.EmptyServerAsync(atomic: true));
        await server.AdmitAsync("pat-1");
        await using var gateway = await RunningGateway.StartAsync(server.Settings());

        await DeliverAsync(gateway, "pat-1", 12);

        await AssertAllThereAsync(server.AllAsync, 12);
    }

    [Fact]
    public async Task One_document_beyond_the_limit_stops_once_and_names_limit_and_setting()
    {
        const string Source = "hami";
        var sandbox = new SandboxServer(TimeProvider.System);
        using var destination = new InterceptedSandbox(sandbox, (_, _) => Task.FromResult<HttpResponseMessage?>(null));
        await using var gateway = await RunningGateway.StartAsync(
            new() { ["Gateway:Destination:MaxEntries"] = "3" }, sandbox, destination: destination);
        await Samples.PrepareAsync(gateway, Source);

        await gateway.SendAsync(Source, Samples.Demo(Source));

        var dead = Assert.Single(await gateway.UntilStateAsync(Source, DeliveryState.Dead));
        Assert.Equal(1, dead.Attempts);
        Assert.Contains("Gateway:Destination:MaxEntries is 3", dead.Reason, StringComparison.Ordinal);
        Assert.Empty(await gateway.AllAsync("DocumentReference"));
    }

    [Fact]
    public async Task One_document_that_the_destination_refuses_as_too_large_stops_once_with_its_words()
    {
        const string Source = "hami";
        var sandbox = new SandboxServer(TimeProvider.System);
        using var destination = new InterceptedSandbox(sandbox, async (request, cancellationToken) =>
            request.Method == HttpMethod.Post && await SizeAsync(request, cancellationToken) > 3
                ? ScriptedServer.Outcome(400, "too many entries, says the server")
                : null);
        await using var gateway = await RunningGateway.StartAsync(sandbox: sandbox, destination: destination);
        await Samples.PrepareAsync(gateway, Source);

        await gateway.SendAsync(Source, Samples.Demo(Source));

        var dead = Assert.Single(await gateway.UntilStateAsync(Source, DeliveryState.Dead));
        Assert.Contains("too many entries, says the server", dead.Reason, StringComparison.Ordinal);
        Assert.Contains("Gateway:Destination:MaxEntries", dead.Reason, StringComparison.Ordinal);
        Assert.InRange(dead.Attempts, 1, 2);
    }

    private static async Task<DeliveryView> DeliverAsync(RunningGateway gateway, string patient, int documents, int expected = 1)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new
        {
            meta = new { messageId = Guid.NewGuid().ToString(), when = "2026-03-02T09:15:30.120Z", type = "medical.document-download" },
            patients = new[]
            {
                new
                {
                    patientId =
                        "0192f3a1-1111-7abc-8def-0123456789ab", externalId = patient, type = "document-download", status = "completed",
                    documents = Enumerable.Range(1, documents).Select(number => new
                    {
                        id = $"document-{number}", fileName = $"{number}.xml", description = $"Document {number}", status = "current",
                        indexed = "2025-11-20T14:05:00.000Z", mimeType = "application/xml", size = "48211", type = new { text = "Letter" },
                    }),
                },
            },
        });
        using var answer = await gateway.SendAsync(Metriport, body);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return (await gateway.UntilAsync(Metriport, deliveries =>
            deliveries.Count == expected && deliveries.All(delivery => delivery.State == DeliveryState.Delivered)))[^1];
    }

    private static async Task AssertAllThereAsync(Func<string, Task<IReadOnlyList<JsonElement>>> allAsync, int documents)
    {
        var there = (await allAsync("DocumentReference")).Select(
            document => $"DocumentReference/{document.GetProperty("id").GetString()}").ToList();
        Assert.Equal(documents, there.Count);
        var targets = Assert.Single(await allAsync("Provenance")).GetProperty("target").EnumerateArray().Select(
            target => target.GetProperty("reference").GetString()!);
        Assert.Equal(there.Order(StringComparer.Ordinal), targets.Order(StringComparer.Ordinal));
    }

    private static async Task<int> SizeAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        JsonElement.Parse(await request.Content!.ReadAsByteArrayAsync(cancellationToken)).GetProperty("entry").GetArrayLength();
}
