using System.Text.Json;
using FhirGateway.Destination;
using FhirGateway.Ledger;
using FhirGateway.Sandbox;
using FhirGateway.Settings;
using FhirGateway.Testing;

namespace FhirGateway.Tests.Destination;

/// <summary>However a destination is written to, a note and its versions end there as they should; and one can see how and why.</summary>
public sealed class StrategyTests
{
    private const string First = "00000000-0000-4000-8000-000000000001";
    private const string Second = "00000000-0000-4000-8000-000000000002";
    private const string Setting = "Gateway:Destination:Strategy:";
    private static readonly DateTimeOffset Noon = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);

    public static TheoryData<string, string> Forced => new()
    {
        { "Writes", "ClientIds" },
        { "Writes", "LookedUp" },
        { "References", "Conditional" },
        { "Predecessor", "After" },
        { "Predecessor", "SameTransaction" },
        { "Entries", "2" },
        { "Patch", "false" },
        { "Prefer", "Minimal" },
        { "Prefer", "Representation" },
    };

    [Theory]
    [MemberData(nameof(Forced))]
    public async Task In_every_way_of_writing_the_newer_version_is_current_and_nothing_is_there_twice(string point, string value)
    {
        var sandbox = new SandboxServer(TimeProvider.System);
        var sent = new List<string>();
        using var destination = new InterceptedSandbox(sandbox, async (request, cancellationToken) =>
        {
            if (request.Method == HttpMethod.Post)
                sent.Add($"{request.Headers} {await request.Content!.ReadAsStringAsync(cancellationToken)}");
            return null;
        });
        await using var gateway = await RunningGateway.StartAsync(new() { [Setting + point] = value }, sandbox, destination: destination);
        await AdmitAsync(gateway);

        await DeliverTwoVersionsAndTheLastAgainAsync(gateway);

        AssertOneIsCurrent(await gateway.AllAsync("Composition"), await gateway.AllAsync("DocumentReference"));
        Assert.Equal(2, (await gateway.AllAsync("Provenance")).Count);
        sent.RemoveAll(each => each.Contains("Device.status", StringComparison.Ordinal)); // it shows whether it is atomic
        var last = sent.FindAll(each => each.Contains("\"Composition\"", StringComparison.Ordinal))[^1];
        switch (point, value)
        {
            case ("Writes", "ClientIds"):
                Assert.Contains("\"url\":\"Composition/", last, StringComparison.Ordinal);
                Assert.DoesNotContain("ifMatch", last, StringComparison.Ordinal);
                break;
            case ("Writes", _):
                Assert.Contains("\"ifMatch\":\"W/", last, StringComparison.Ordinal);
                break;
            case ("References", _):
                Assert.Contains("\"reference\":\"Encounter?identifier=", last, StringComparison.Ordinal);
                break;
            case ("Patch", _):
                Assert.DoesNotContain("PATCH", string.Concat(sent), StringComparison.Ordinal);
                break;
            case ("Prefer", _):
                Assert.Contains($"return={value.ToLowerInvariant()}", last, StringComparison.Ordinal);
                break;
        }
    }

    [Fact]
    public async Task A_predecessor_that_is_sent_whole_may_name_the_patient_in_another_way_than_the_new_version()
    {
        await using var gateway = await RunningGateway.StartAsync(new()
        {
            [Setting + "Patch"] = "false",
            [Setting + "References"] = "Conditional",
        });
        await AdmitAsync(gateway);

        await DeliverTwoVersionsAndTheLastAgainAsync(gateway);

        AssertOneIsCurrent(await gateway.AllAsync("Composition"), await gateway.AllAsync("DocumentReference"));
    }

    [HapiTheory]
    [MemberData(nameof(Forced))]
    public async Task So_it_is_on_HAPI(string point, string value)
    {
        using var server = new OtherServer(new Uri(Requirements.Hapi!));
        await AssertOnAsync(server, $"pat-{Guid.NewGuid():N}", point, value);
    }

    [MedplumTheory]
    [InlineData(false, "LookedUp", true)]
    [InlineData(false, "ClientIds", true)]
    [InlineData(false, "LookedUp", false)]
    [InlineData(true, "LookedUp", true)]
    [InlineData(true, "ClientIds", false)]
    public async Task So_it_is_on_Medplum(bool atomic, string writes, bool patch)
    {
        using var server = new OtherServer(await MedplumRouter.EmptyServerAsync(atomic));
        await AssertOnAsync(server, "pat-1", "Writes", writes, (Setting + "Patch", patch ? "true" : "false"));
    }

    [Fact]
    public async Task Where_only_creates_are_taken_a_note_is_there_once_and_what_would_change_it_is_dead_with_the_reason()
    {
        await using var gateway = await RunningGateway.StartAsync(new() { [Setting + "Writes"] = "CreatesOnly" });
        await AdmitAsync(gateway);
        await Notes.SendAsync(gateway, Notes.Of("pat-1", summary: First));
        var delivery = Assert.Single(await gateway.UntilStateAsync(Notes.Source, DeliveryState.Delivered));

        using var replayed = await gateway.ApiAsync(HttpMethod.Post, $"api/deliveries/{delivery.Id}/replay");
        await gateway.UntilAsync(Notes.Source, deliveries => deliveries is [{ State: DeliveryState.Delivered, Attempts: 2 }]);
        await Notes.SendAsync(gateway, Notes.Of("pat-1", summary: Second, text: "Slept badly."));
        var dead = (await gateway.UntilAsync(Notes.Source, deliveries => deliveries is [_, { State: DeliveryState.Dead }]))[1];

        Assert.Contains("Strategy:Writes is CreatesOnly", dead.Reason, StringComparison.Ordinal);
        Assert.Single(await gateway.AllAsync("Composition"));
        Assert.Single(await gateway.AllAsync("DocumentReference"));
    }

    [Fact]
    public async Task A_reference_that_the_destination_resolves_and_matches_nothing_parks_the_note_by_name()
    {
        await using var gateway = await RunningGateway.StartAsync(new() { [Setting + "References"] = "Conditional" });
        await AdmitAsync(gateway);
        await Notes.SendAsync(gateway, Notes.Of("pat-1"));
        await gateway.UntilStateAsync(Notes.Source, DeliveryState.Delivered);

        await Notes.SendAsync(gateway, Notes.Of("pat-1", "not-there-yet"));
        var parked = (await gateway.UntilAsync(Notes.Source, deliveries => deliveries is [_, { State: DeliveryState.Parked }]))[1];
        Assert.StartsWith("Encounter?identifier=", parked.WaitsFor, StringComparison.Ordinal);

        await gateway.PutAsync("Encounter", RunningGateway.SystemOf("Encounter"), "not-there-yet", Samples.Encounter);
        await gateway.UntilAsync(Notes.Source, deliveries => deliveries is [_, { State: DeliveryState.Delivered }]);
    }

    [Fact]
    public async Task Anybody_with_a_token_sees_how_the_destination_is_written_to_and_why_and_no_secret()
    {
        await using var gateway = await RunningGateway.StartAsync(new()
        {
            ["Gateway:Destination:BaseUrl"] = "https://fhir.example/secret-tenant/r4",
            ["Gateway:Destination:BearerToken"] = "the-token-of-the-destination",
            ["Gateway:Destination:Strategy:Entries"] = "50",
        }, destination: new ScriptedServer(request => request.RequestUri!.AbsolutePath.EndsWith("metadata", StringComparison.Ordinal)
            ? ScriptedServer.Json(200, """
                { "resourceType": "CapabilityStatement", "rest": [ { "mode": "server", "interaction": [ { "code": "batch" } ],
                  "resource": [ { "type": "Composition", "interaction": [ { "code": "update" } ] } ] } ] }
                """)
            : ScriptedServer.Outcome(500)));

        using var nobody = await gateway.ApiAsync(HttpMethod.Get, "api/destinations", token: "");
        using var answer = await gateway.ApiAsync(HttpMethod.Get, "api/destinations");

        Assert.Equal(401, (int)nobody.StatusCode);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.DoesNotContain("secret-tenant", text, StringComparison.Ordinal);
        Assert.DoesNotContain("the-token", text, StringComparison.Ordinal);
        var shown = Assert.Single(JsonElement.Parse(text).GetProperty("destinations").EnumerateArray());
        Assert.Equal(("default", "fhir.example"), (shown.GetProperty("name").GetString(), shown.GetProperty("host").GetString()));
        Assert.Equal(64, shown.GetProperty("concurrency").GetProperty("most").GetInt32());
        Assert.Equal(
            [
                ("writes", "Conditional", "default"),
                ("clientIds", "true", "default"),
                ("references", "Resolved", "default"),
                ("predecessor", "After", "its CapabilityStatement names no transactions"),
                ("entries", "50", "configured"),
                ("patch", "false", "its CapabilityStatement names no patch"),
                ("prefer", "Unsaid", "default"),
            ],
            shown.GetProperty("strategy").EnumerateObject().Select(point => (
                point.Name,
                JsonSerializer.Serialize(point.Value.GetProperty("is")).Trim('"'),
                point.Value.GetProperty("because").GetString()!)));
    }

    [Fact]
    public void What_was_learnt_says_since_when_and_what_the_site_says_counts_more()
    {
        var learnt = new DestinationFacts(NotAtomicAt: Noon, RefusedClientIdsAt: Noon, RefusedEntries: (20, Noon), IgnoresCase: true);

        var found = Strategy.Of(new DestinationOptions(), learnt);
        var site = Strategy.Of(
            new DestinationOptions
            {
                ClientIds = ClientIdsSetting.Yes,
                MaxEntries = 8,
                Strategy = new StrategyOptions
                {
                    Writes = WritesSetting.ClientIds,
                    Predecessor = PredecessorSetting.SameTransaction,
                    References = ReferencesSetting.Conditional,
                },
            },
            learnt);

        Assert.Equal((false, "learned from a refusal at 2026-11-29T12:00:00Z"), (found.ClientIds.Is, found.ClientIds.Because));
        Assert.Equal((10, "learned from a refusal at 2026-11-29T12:00:00Z, of 20 entries"), (found.Entries.Is, found.Entries.Because));
        Assert.Equal(
            (PredecessorSetting.After, "it did some entries of a transaction and failed others at 2026-11-29T12:00:00Z"),
            (found.Predecessor.Is, found.Predecessor.Because));
        Assert.Equal((WritesSetting.LookedUp, "a search showed that it ignores case"), (found.Writes.Is, found.Writes.Because));
        Assert.Equal(
            (WritesSetting.ClientIds, true, 8, PredecessorSetting.SameTransaction),
            (site.Writes.Is, site.ClientIds.Is, site.Entries.Is, site.Predecessor.Is));

        // A server's idea of a match decides nothing where it is not exact, nor is it atomic once it has shown the contrary.
        Assert.Equal(ReferencesSetting.Resolved, site.References.Is);
        Assert.Equal(
            PredecessorSetting.After,
            Strategy.Of(new DestinationOptions { Atomic = AtomicSetting.True }, learnt with { IsShownNotAtomic = true }).Predecessor.Is);
    }

    private static async Task AdmitAsync(RunningGateway gateway)
    {
        await gateway.PutAsync("Patient", RunningGateway.SystemOf("Patient"), "pat-1");
        await gateway.PutAsync("Encounter", RunningGateway.SystemOf("Encounter"), "pat-1", Samples.Encounter);
    }

    private static async Task AssertOnAsync(
        OtherServer server, string patient, string point, string value, params (string Key, string? Value)[] more)
    {
        var id = await server.AdmitAsync(patient);
        await using var gateway = await RunningGateway.StartAsync(server.Settings([
            (Setting + point, value), ("Gateway:IdentifierBase", $"https://tests.fhirgateway.example/{patient}"), .. more]));

        await DeliverTwoVersionsAndTheLastAgainAsync(gateway, patient);

        async Task<List<JsonElement>> OfPatientAsync(string type) => [.. (await server.AllAsync(type)).Where(
            // Other tests' resources are there, too, and some have no subject.
            resource => resource.TryGetProperty("subject", out var subject)
                && subject.GetProperty("reference").GetString() == $"Patient/{id}")];
        AssertOneIsCurrent(await OfPatientAsync("Composition"), await OfPatientAsync("DocumentReference"));
    }

    private static async Task DeliverTwoVersionsAndTheLastAgainAsync(RunningGateway gateway, string patient = "pat-1")
    {
        // Each gateway learns of the destination from what is there: the first note comes before it knows, the others after.
        await Notes.SendAsync(gateway, Notes.Of(patient, summary: First));
        await gateway.UntilStateAsync(Notes.Source, DeliveryState.Delivered);
        await Notes.SendAsync(gateway, Notes.Of(patient, summary: Second, text: "Slept badly."));
        var last = (await gateway.UntilAsync(
            Notes.Source, deliveries => deliveries is [{ State: DeliveryState.Delivered }, { State: DeliveryState.Delivered }]))[1];
        using var replayed = await gateway.ApiAsync(HttpMethod.Post, $"api/deliveries/{last.Id}/replay");
        await gateway.UntilAsync(
            Notes.Source, deliveries => deliveries[1].State == DeliveryState.Delivered && deliveries[1].Attempts > last.Attempts);
    }

    private static void AssertOneIsCurrent(IReadOnlyList<JsonElement> compositions, IReadOnlyList<JsonElement> documents)
    {
        Assert.Contains("Slept badly", Assert.Single(compositions).GetRawText(), StringComparison.Ordinal);
        Assert.Equal(
            [($"urn:uuid:{First}", "superseded"), ($"urn:uuid:{Second}", "current")],
            documents.Select(document => (
                document.GetProperty("masterIdentifier").GetProperty("value").GetString()!,
                document.GetProperty("status").GetString()!)).OrderBy(each => each.Item1, StringComparer.Ordinal));
    }
}
