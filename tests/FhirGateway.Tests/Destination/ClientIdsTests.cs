using System.Text.Json;
using FhirGateway.Ledger;
using FhirGateway.Sandbox;
using FhirGateway.Testing;

namespace FhirGateway.Tests.Destination;

/// <summary>Servers need not take ids that clients chose: they get everything too, or the delivery says what to set.</summary>
public sealed class ClientIdsTests
{
    private const string Metriport = "metriport";
    private const string SomeServers = "There is no Provenance with this id, and clients may not choose ids on this server.";

    public static TheoryData<int, string> Refusals => new()
    {
        { 404, SomeServers },
        { 404, "HAPI-0959: No resource exists on this server resource with ID[5], and client-assigned IDs are not enabled." },
        { 404, "Not found" },
        { 405, "Method not allowed" },
        { 400, "Update as create is not supported" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task A_server_that_takes_no_ids_from_clients_gets_every_note_once(int status, string words)
    {
        var folder = Directory.CreateTempSubdirectory("fhirgateway-tests-");
        var ledger = Path.Combine(folder.FullName, "ledger.db");
        var sandbox = new SandboxServer(TimeProvider.System);
        var refused = 0;
        InterceptedSandbox Destination() => new(sandbox, async (request, cancellationToken) =>
        {
            if (!await PutsNewIdAsync(request, cancellationToken)) return null;
            refused++;
            return ScriptedServer.Outcome(status, words);
        });
        await using (var gateway = await RunningGateway.StartAsync(sandbox: sandbox, ledger: ledger, destination: Destination()))
        {
            await AdmitAsync(gateway);
            await Notes.SendAsync(gateway, Notes.Of("pat-1"));
            var delivery = Assert.Single(await gateway.UntilStateAsync(Notes.Source, DeliveryState.Delivered));

            // Sent again, it leaves the server as if sent once.
            using var replayed = await gateway.ApiAsync(HttpMethod.Post, $"api/deliveries/{delivery.Id}/replay");
            await gateway.UntilAsync(Notes.Source, deliveries => deliveries is [{ State: DeliveryState.Delivered, Attempts: 3 }]);
            Assert.True(HasNameAsTag(Assert.Single(await gateway.AllAsync("Provenance"))));
            Assert.Single(await gateway.AllAsync("Composition"));
            using var health = await gateway.Http.GetAsync("health/ready");
            Assert.Contains("does not accept ids from clients", await health.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        await using (var restarted = await RunningGateway.StartAsync(sandbox: sandbox, ledger: ledger, destination: Destination()))
        {
            await Notes.SendAsync(restarted, Notes.Of("pat-1", "another", summary: "00000000-0000-4000-8000-000000000009"));
            await restarted.PutAsync("Encounter", RunningGateway.SystemOf("Encounter"), "another", Samples.Encounter);
            await restarted.UntilStateAsync(Notes.Source, DeliveryState.Delivered);
        }

        Assert.Equal(1, refused);
        folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(405)]
    public async Task A_page_in_the_servers_place_does_not_teach_that_it_takes_no_ids(int status)
    {
        var refused = 0;
        var sandbox = new SandboxServer(TimeProvider.System);
        using var destination = new InterceptedSandbox(sandbox, async (request, cancellationToken) =>
            await PutsNewIdAsync(request, cancellationToken) && refused++ == 0 ? ScriptedServer.Json(status, "<html>Not Found</html>") : null);
        await using var gateway = await RunningGateway.StartAsync(sandbox: sandbox, destination: destination);
        await AdmitAsync(gateway);

        await Notes.SendAsync(gateway, Notes.Of("pat-1"));
        await gateway.UntilStateAsync(Notes.Source, DeliveryState.Delivered);

        Assert.Equal(2, refused);
        Assert.False(HasNameAsTag(Assert.Single(await gateway.AllAsync("Provenance"))));
    }

    private static bool HasNameAsTag(JsonElement resource) => resource.GetProperty("meta").GetProperty("tag").EnumerateArray()
        .Any(tag => tag.GetProperty("system").GetString() == "urn:fhir-gateway:id");

    [Fact]
    public async Task What_was_written_under_an_id_is_not_written_again_under_a_tag()
    {
        var folder = Directory.CreateTempSubdirectory("fhirgateway-tests-");
        var ledger = Path.Combine(folder.FullName, "ledger.db");
        var sandbox = new SandboxServer(TimeProvider.System);
        await using (var before = await RunningGateway.StartAsync(sandbox: sandbox, ledger: ledger))
        {
            await AdmitAsync(before);
            await Notes.SendAsync(before, Notes.Of("pat-1"));
            await before.UntilStateAsync(Notes.Source, DeliveryState.Delivered);
        }

        await using (var gateway = await RunningGateway.StartAsync(new() { ["Gateway:Destination:ClientIds"] = "no" }, sandbox, ledger))
        {
            var delivery = Assert.Single(await gateway.UntilStateAsync(Notes.Source, DeliveryState.Delivered));
            using var replayed = await gateway.ApiAsync(HttpMethod.Post, $"api/deliveries/{delivery.Id}/replay");
            await gateway.UntilAsync(Notes.Source, deliveries => deliveries is [{ State: DeliveryState.Delivered, Attempts: 2 }]);
            Assert.Single(await gateway.AllAsync("Provenance"));
        }

        folder.Delete(recursive: true);
    }

    [SharedFact("cases/public/server-without-update-as-create.outcome.json")]
    public async Task The_refusal_seen_in_practice_leaves_no_note_pending()
    {
        var outcome = await File.ReadAllTextAsync(Repository.SharedPath("cases/public/server-without-update-as-create.outcome.json")!);
        var sandbox = new SandboxServer(TimeProvider.System);
        using var destination = new InterceptedSandbox(sandbox, async (request, cancellationToken) =>
            await PutsNewIdAsync(request, cancellationToken) ? ScriptedServer.Json(404, outcome) : null);
        await using var gateway = await RunningGateway.StartAsync(sandbox: sandbox, destination: destination);
        foreach (var vendor in new[] { "hami", "human-api", "insight-health" })
        {
            await Samples.PrepareAsync(gateway, vendor);
            await gateway.SendAsync(vendor, Samples.Demo(vendor));
            await gateway.UntilStateAsync(vendor, DeliveryState.Delivered);
        }
    }

    [Fact]
    public async Task Where_the_settings_insist_on_ids_the_delivery_stops_and_names_the_setting_and_the_servers_words()
    {
        var sandbox = new SandboxServer(TimeProvider.System);
        using var destination = new InterceptedSandbox(sandbox, async (request, cancellationToken) =>
            await PutsNewIdAsync(request, cancellationToken) ? ScriptedServer.Outcome(404, SomeServers) : null);
        await using var gateway = await RunningGateway.StartAsync(
            new() { ["Gateway:Destination:ClientIds"] = "yes" }, sandbox, destination: destination);
        await AdmitAsync(gateway);

        await Notes.SendAsync(gateway, Notes.Of("pat-1"));

        var dead = Assert.Single(await gateway.UntilStateAsync(Notes.Source, DeliveryState.Dead));
        Assert.Contains("Gateway:Destination:ClientIds", dead.Reason, StringComparison.Ordinal);
        Assert.Contains(SomeServers, dead.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("auto", false)]
    [InlineData("no", true)]
    public async Task No_id_is_sent_to_a_server_that_says_or_is_said_to_take_none(string setting, bool updateCreate)
    {
        var sandbox = new SandboxServer(TimeProvider.System);
        var puts = 0;
        using var destination = new InterceptedSandbox(sandbox, async (request, cancellationToken) =>
        {
            if (await PutsNewIdAsync(request, cancellationToken)) puts++;
            return !request.RequestUri!.AbsolutePath.EndsWith("metadata", StringComparison.Ordinal)
                ? null
                : ScriptedServer.Json(200, JsonSerializer.Serialize(new
                {
                    resourceType = "CapabilityStatement",
                    rest =
                    new[] { new { mode = "server", interaction = new[] { new { code = "transaction" } }, resource = new[] { new { type = "Provenance", updateCreate } } } },
                }));
        });
        await using var gateway = await RunningGateway.StartAsync(
            new() { ["Gateway:Destination:ClientIds"] = setting }, sandbox, destination: destination);
        await AdmitAsync(gateway);

        await Notes.SendAsync(gateway, Notes.Of("pat-1"));
        await gateway.UntilStateAsync(Notes.Source, DeliveryState.Delivered);

        Assert.Equal(0, puts);
        using var health = await gateway.Http.GetAsync("health/ready");
        Assert.Contains("no Composition", await health.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_document_names_its_content_where_that_has_an_id_of_the_servers_choice()
    {
        await using var gateway = await RunningGateway.StartAsync(new() { ["Gateway:Destination:ClientIds"] = "no" });
        await DeliverConsolidatedAsync(gateway);
        AssertNamesBinary(await gateway.AllAsync("DocumentReference"), await gateway.AllAsync("Binary"));
    }

    [HapiFact]
    public async Task A_document_names_its_content_on_HAPI_too()
    {
        await using var gateway = await RunningGateway.StartAsync(new()
        {
            ["Gateway:Destination:ClientIds"] = "no",
            ["Gateway:Destination:BaseUrl"] = Requirements.Hapi,
            ["Gateway:Destination:Sandbox"] = null,
        });
        using var server = new OtherServer(new Uri(Requirements.Hapi!));
        var delivery = await DeliverConsolidatedAsync(gateway, server);
        var written = JsonElement.Parse(delivery.Receipt!).GetProperty("resources").EnumerateArray()
            .Select(resource => resource.GetProperty("reference").GetString()!.Split('/')).ToList();
        async Task<List<JsonElement>> ReadAsync(string type)
        {
            var read = new List<JsonElement>();
            foreach (var parts in written.Where(parts => parts[0] == type))
            {
                read.Add((await server.Client.ReadAsync(parts[0], parts[1])).Body!.Value);
            }

            return read;
        }

        AssertNamesBinary(await ReadAsync("DocumentReference"), await ReadAsync("Binary"));
        Assert.StartsWith("Provenance", Assert.Single(written, parts => parts[0] == "Provenance")[0], StringComparison.Ordinal);
    }

    private static void AssertNamesBinary(IReadOnlyList<JsonElement> documents, IReadOnlyList<JsonElement> binaries)
    {
        var id = Assert.Single(binaries).GetProperty("id").GetString();
        var urls = documents.SelectMany(document => document.GetProperty("content").EnumerateArray())
            .Where(content => content.GetProperty("attachment").TryGetProperty("url", out _))
            .Select(content => content.GetProperty("attachment").GetProperty("url").GetString());
        Assert.Contains($"Binary/{id}", urls);
    }

    private static async Task<DeliveryView> DeliverConsolidatedAsync(RunningGateway gateway, OtherServer? server = null)
    {
        var patient = $"pat-{Guid.NewGuid():N}";
        if (server is null) await gateway.PutAsync("Patient", RunningGateway.SystemOf("Patient"), patient);
        else await server.AdmitAsync(patient);
        var body = JsonSerializer.SerializeToUtf8Bytes(new
        {
            meta = new { messageId = Guid.NewGuid().ToString(), when = "2026-03-02T09:15:30.120Z", type = "medical.consolidated-data" },
            patients = new[]
            {
                new
                {
                    patientId = Guid.NewGuid().ToString(), externalId = patient, status = "completed",
                    bundle =
                        new { resourceType = "Bundle", type = "searchset", total = 1, entry = new[] { new { resource = new { resourceType = "Basic", id = "1", code = new { text = "x" } } } } },
                },
            },
        });
        using var answer = await gateway.SendAsync(Metriport, body);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return Assert.Single(await gateway.UntilStateAsync(Metriport, DeliveryState.Delivered));
    }

    private static async Task AdmitAsync(RunningGateway gateway)
    {
        await gateway.PutAsync("Patient", RunningGateway.SystemOf("Patient"), "pat-1");
        await gateway.PutAsync("Encounter", RunningGateway.SystemOf("Encounter"), "pat-1", Samples.Encounter);
    }

    private static async Task<bool> PutsNewIdAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        request.Method == HttpMethod.Post
        && JsonElement.Parse(
            await request.Content!.ReadAsByteArrayAsync(cancellationToken)).GetProperty("entry").EnumerateArray().Any(entry =>
            entry.GetProperty("request").GetProperty("url").GetString() is { } url
            && entry.GetProperty("fullUrl").GetString() == $"urn:uuid:{url[(url.IndexOf('/', StringComparison.Ordinal) + 1)..]}");
}
