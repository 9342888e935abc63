using System.Net;
using System.Security.Claims;
using System.Text;
using System.Text.Json;
using FhirGateway.Ledger;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace FhirGateway.Tests.Pipeline.Charts;

/// <summary>
/// A document that names another patient than before waits for a person, and nothing that is current is touched until then.
/// </summary>
public sealed class SubjectConflictTests
{
    private const string Insight = "insight-health";

    public static TheoryData<bool> Servers => [false, true];

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_second_note_of_an_encounter_that_names_another_patient_touches_neither_chart(bool isReal)
    {
        await using var hospital = await Hospital.OpenAsync(isReal);
        var (alice, bob, parked) = await InConflictAsync(hospital);

        Assert.StartsWith("subject-conflict", parked.Reason, StringComparison.Ordinal);
        Assert.Contains(alice, parked.Reason, StringComparison.Ordinal);
        Assert.Contains(bob, parked.Reason, StringComparison.Ordinal);
        Assert.Empty(await hospital.ChartAsync("DocumentReference", bob));
        Assert.Empty(await hospital.ChartAsync("Composition", bob));
        Assert.Equal("current", await hospital.StatusesAsync("DocumentReference", alice));
        var note = Assert.Single(await hospital.ChartAsync("Composition", alice));
        Assert.Equal("1", note.GetProperty("meta").GetProperty("versionId").GetString());
        Assert.Contains("Of Alice.", note.GetRawText(), StringComparison.Ordinal);

        // Its lane goes on: the next version of Alice's note is delivered.
        await hospital.SendAsync(Insight, hospital.Note("alice", "visit", "Of Alice, again."), DeliveryState.Delivered);
        Assert.Equal("current superseded", await hospital.StatusesAsync("DocumentReference", alice));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Corrected_what_was_filed_wrongly_is_entered_in_error_and_the_new_one_is_under_its_own_name(bool isReal)
    {
        await using var hospital = await Hospital.OpenAsync(isReal);
        var (alice, bob, parked) = await InConflictAsync(hospital);
        hospital.AnswersToLose = 1; // the decision is carried out once, though it is sent twice

        Assert.Equal(HttpStatusCode.Accepted, await hospital.DecideAsync(parked, "correct"));
        await hospital.Gateway.UntilStateAsync(Insight, DeliveryState.Delivered);

        Assert.Equal("entered-in-error", await hospital.StatusesAsync("DocumentReference", alice));
        Assert.Equal("entered-in-error", await hospital.StatusesAsync("Composition", alice));
        Assert.Equal("current", await hospital.StatusesAsync("DocumentReference", bob));
        var note = Assert.Single(await hospital.ChartAsync("Composition", bob));
        Assert.Equal("preliminary", note.GetProperty("status").GetString());
        Assert.Contains("Of Bob.", note.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain(
            "Of Bob.", Assert.Single(await hospital.ChartAsync("Composition", alice)).GetRawText(), StringComparison.Ordinal);

        // From now on the document is Bob's, and Alice's name is the surprise.
        await hospital.SendAsync(Insight, hospital.Note("bob", "visit", "Of Bob, again."), DeliveryState.Delivered);
        Assert.Equal("current superseded", await hospital.StatusesAsync("DocumentReference", bob));
        await hospital.SendAsync(Insight, hospital.Note("alice", "visit", "Of Alice, again."), DeliveryState.Parked);
        Assert.Equal("entered-in-error", await hospital.StatusesAsync("DocumentReference", alice));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Kept_apart_both_stand_and_each_goes_on_in_its_own_chart(bool isReal)
    {
        await using var hospital = await Hospital.OpenAsync(isReal);
        var (alice, bob, parked) = await InConflictAsync(hospital);

        Assert.Equal(HttpStatusCode.Accepted, await hospital.DecideAsync(parked, "separate"));
        await hospital.Gateway.UntilStateAsync(Insight, DeliveryState.Delivered);
        await hospital.SendAsync(Insight, hospital.Note("alice", "visit", "Of Alice, again."), DeliveryState.Delivered);
        await hospital.SendAsync(Insight, hospital.Note("bob", "visit", "Of Bob, again."), DeliveryState.Delivered);

        foreach (var (chart, text) in new[] { (alice, "Of Alice, again."), (bob, "Of Bob, again.") })
        {
            Assert.Equal("current superseded", await hospital.StatusesAsync("DocumentReference", chart));
            Assert.Contains(text, Assert.Single(await hospital.ChartAsync("Composition", chart)).GetRawText(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_delivery_with_a_decision_changes_nothing_when_it_is_sent_again(bool isReal)
    {
        foreach (var decision in new[] { "correct", "separate" })
        {
            await using var hospital = await Hospital.OpenAsync(isReal);
            var (alice, bob, parked) = await InConflictAsync(hospital);
            await hospital.DecideAsync(parked, decision);
            await hospital.Gateway.UntilStateAsync(Insight, DeliveryState.Delivered);
            var before = await SeenAsync(hospital, alice, bob);

            await hospital.Gateway.Ledger.ReplayAsync(parked.Id, "by hand");
            await hospital.Gateway.UntilStateAsync(Insight, DeliveryState.Delivered);

            Assert.Equal(before, await SeenAsync(hospital, alice, bob));
        }
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_note_whose_encounter_is_another_patients_is_not_filed_and_never_refers_to_it(bool isReal)
    {
        await using var hospital = await Hospital.OpenAsync(isReal);
        var (alice, bob) = (await hospital.PatientAsync("alice"), await hospital.PatientAsync("bob"));
        await hospital.EncounterAsync("visit", alice);

        var parked = await hospital.SendAsync(Insight, hospital.Note("bob", "visit", "Of Bob."), DeliveryState.Parked);
        Assert.StartsWith("subject-conflict", parked.Reason, StringComparison.Ordinal);
        Assert.Empty(await hospital.ChartAsync("DocumentReference", bob));

        await hospital.DecideAsync(parked, "separate");
        var delivered = Assert.Single(await hospital.Gateway.UntilStateAsync(Insight, DeliveryState.Delivered));

        Assert.Contains("another patient", delivered.Receipt, StringComparison.Ordinal);
        Assert.False(Assert.Single(await hospital.ChartAsync("Composition", bob)).TryGetProperty("encounter", out _));
        var context = Assert.Single(await hospital.ChartAsync("DocumentReference", bob)).GetProperty("context");
        Assert.False(context.TryGetProperty("encounter", out _));
        Assert.Empty(await hospital.ChartAsync("Composition", alice));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task An_encounter_that_is_mended_releases_the_note_without_a_decision(bool isReal)
    {
        await using var hospital = await Hospital.OpenAsync(isReal);
        var (alice, bob) = (await hospital.PatientAsync("alice"), await hospital.PatientAsync("bob"));
        var encounter = await hospital.EncounterAsync("visit", alice);
        await hospital.SendAsync(Insight, hospital.Note("bob", "visit", "Of Bob."), DeliveryState.Parked);

        await hospital.MoveAsync(encounter, bob);

        await hospital.Gateway.UntilStateAsync(Insight, DeliveryState.Delivered);
        Assert.True(Assert.Single(await hospital.ChartAsync("Composition", bob)).TryGetProperty("encounter", out _));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task A_correlation_whose_encounter_is_another_patients_files_nothing(bool isReal, bool byId)
    {
        await using var hospital = await Hospital.OpenAsync(isReal);
        var (alice, bob) = (await hospital.PatientAsync("alice"), await hospital.PatientAsync("bob"));
        var encounter = await hospital.EncounterAsync("visit", alice);
        var registered = byId
            ? JsonSerializer.Serialize(new { patient = bob, encounter })
            : JsonSerializer.Serialize(new { patient = hospital.Name("bob"), encounter = hospital.Name("visit") });
        await hospital.Gateway.Ledger.PutCorrelationAsync("nabla", hospital.Name("request"), registered);

        var parked = await hospital.SendAsync("nabla", Generated(hospital), DeliveryState.Parked);

        Assert.StartsWith("subject-conflict", parked.Reason, StringComparison.Ordinal);
        Assert.Empty(await hospital.ChartAsync("DocumentReference", bob));
        Assert.Empty(await hospital.ChartAsync("DocumentReference", alice));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_correlation_that_named_the_wrong_patient_is_put_right_in_one_transaction(bool isReal)
    {
        await using var hospital = await Hospital.OpenAsync(isReal);
        var (alice, bob) = (await hospital.PatientAsync("alice"), await hospital.PatientAsync("bob"));
        await RegisterAsync("alice", "of-alice", alice);
        var delivered = await hospital.SendAsync("nabla", Generated(hospital), DeliveryState.Delivered);

        // Patient and encounter were both wrong, so that it is another document, too.
        await RegisterAsync("bob", "of-bob", bob);
        await hospital.Gateway.Ledger.ReplayAsync(delivered.Id, "the correlation is right now");
        var parked = Assert.Single(await hospital.Gateway.UntilStateAsync("nabla", DeliveryState.Parked));
        Assert.Equal("current", await hospital.StatusesAsync("DocumentReference", alice));
        await hospital.DecideAsync(parked, "correct");
        await hospital.Gateway.UntilStateAsync("nabla", DeliveryState.Delivered);

        Assert.Equal("entered-in-error", await hospital.StatusesAsync("DocumentReference", alice));
        Assert.Equal("entered-in-error", await hospital.StatusesAsync("Composition", alice));
        Assert.Equal("current", await hospital.StatusesAsync("DocumentReference", bob));
        Assert.Equal("preliminary", await hospital.StatusesAsync("Composition", bob));

        async Task RegisterAsync(string patient, string encounter, string reference)
        {
            await hospital.EncounterAsync(encounter, reference);
            await hospital.Gateway.Ledger.PutCorrelationAsync("nabla", hospital.Name("request"), JsonSerializer.Serialize(new
            {
                patient = hospital.Name(patient),
                encounter = hospital.Name(encounter),
                template = "GENERIC_SOAP",
            }));
        }
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_patient_whose_chart_was_merged_into_another_is_not_a_conflict_where_the_note_went_along(bool isReal)
    {
        await using var hospital = await Hospital.OpenAsync(isReal);
        var alice = await hospital.PatientAsync("alice");
        await hospital.EncounterAsync("visit", null);
        await hospital.SendAsync(Insight, hospital.Note("alice", "visit", "First."), DeliveryState.Delivered);
        var merged = await hospital.CreateAsync("Patient", """ "active": true """);
        foreach (var type in new[] { "DocumentReference", "Composition" })
        {
            foreach (var resource in await hospital.ChartAsync(type, alice))
            {
                await hospital.MoveAsync($"{type}/{resource.GetProperty("id").GetString()}", merged);
            }
        }

        await hospital.PutAsync(alice, """{ "resourceType": "Patient", "active": false }""");
        await hospital.PutAsync(
            merged,
            $$"""{ "resourceType": "Patient", "active": true, "identifier": [ """
                + $$"""{ "system": "{{RunningGateway.SystemOf("patient")}}", "value": "{{hospital.Name("alice")}}" } ] }""");
        await hospital.SendAsync(Insight, hospital.Note("alice", "visit", "Second."), DeliveryState.Delivered);

        Assert.Equal("current superseded", await hospital.StatusesAsync("DocumentReference", merged));
        Assert.Contains("Second.", Assert.Single(await hospital.ChartAsync("Composition", merged)).GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_note_is_not_filed_in_the_chart_of_a_patient_whose_name_differs_in_case()
    {
        await using var hospital = await Hospital.OpenAsync(isReal: false);
        await hospital.PatientAsync("ALICE");
        await hospital.EncounterAsync("visit", null);

        var parked = await hospital.SendAsync(Insight, hospital.Note("alice", "visit", "Of alice."), DeliveryState.Parked);

        Assert.Contains("matches nothing", parked.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_decision_and_who_made_it_are_kept_and_shown()
    {
        await using var hospital = await Hospital.OpenAsync(isReal: false);
        var (_, _, parked) = await InConflictAsync(hospital);
        var token = Token("dr.who@hospital.example");

        Assert.Equal(HttpStatusCode.Accepted, await hospital.DecideAsync(parked, "separate", "both were seen", token));

        using var answer = await hospital.Gateway.ApiAsync(HttpMethod.Get, $"api/deliveries/{parked.Id}");
        var decision = Assert.Single(
            JsonElement.Parse(await answer.Content.ReadAsByteArrayAsync()).GetProperty("decisions").EnumerateArray());
        Assert.Equal(("separate", "both were seen", "dr.who@hospital.example", parked.WaitsFor), (
            decision.GetProperty("decision")
                .GetString(), decision.GetProperty("reason")
                .GetString(), decision.GetProperty("by")
                .GetString(), decision.GetProperty("about")
                .GetString()));
        Assert.NotEqual(default, decision.GetProperty("at").GetDateTimeOffset());
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{ "decision": "correct" }""")]
    [InlineData("""{ "reason": "because" }""")]
    [InlineData("""{ "decision": "guess", "reason": "because" }""")]
    [InlineData("""{ "decision": "correct", "reason": " " }""")]
    [InlineData("""{ "decision": "correct", "reason": null }""")]
    [InlineData("""{ "decision": "correct", "reason": "because", "by": "somebody else" }""")]
    [InlineData("""{ "decision": "correct", "decision": "separate", "reason": "because" }""")]
    public async Task A_decision_that_is_none_is_refused_and_decides_nothing(string body)
    {
        await using var hospital = await Hospital.OpenAsync(isReal: false);
        var (_, _, parked) = await InConflictAsync(hospital);

        using var answer = await hospital.Gateway.ApiAsync(HttpMethod.Post, $"api/deliveries/{parked.Id}/decision", body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Empty(await hospital.Gateway.Ledger.DecisionsAsync(parked.Id));
    }

    [Fact]
    public async Task Nobody_decides_for_a_delivery_that_is_not_asked_about()
    {
        await using var hospital = await Hospital.OpenAsync(
            isReal: false, settings: new() { ["Gateway:Delivery:ParkedRetry"] = "01:00:00" });
        var waiting = await hospital.SendAsync(Insight, hospital.Note("nobody", "visit", "x"), DeliveryState.Parked);

        Assert.Equal(HttpStatusCode.Conflict, await hospital.DecideAsync(waiting, "correct"));
        Assert.Equal(HttpStatusCode.NotFound, await hospital.DecideAsync(waiting with { Id = "none" }, "correct"));
        Assert.Equal(HttpStatusCode.Unauthorized, await hospital.DecideAsync(waiting, "correct", token: ""));
    }

    private static async Task<(string Alice, string Bob, DeliveryView Parked)> InConflictAsync(Hospital hospital)
    {
        var (alice, bob) = (await hospital.PatientAsync("alice"), await hospital.PatientAsync("bob"));
        await hospital.EncounterAsync("visit", alice);
        await hospital.SendAsync(Insight, hospital.Note("alice", "visit", "Of Alice."), DeliveryState.Delivered);
        return (alice, bob, await hospital.SendAsync(Insight, hospital.Note("bob", "visit", "Of Bob."), DeliveryState.Parked));
    }

    private static async Task<string> SeenAsync(Hospital hospital, params string[] charts)
    {
        var seen = new List<string>();
        foreach (var chart in charts)
        {
            foreach (var type in new[] { "DocumentReference", "Composition" })
            {
                var resources = await hospital.ChartAsync(type, chart);
                seen.AddRange(resources.Select(resource => $"{type}/{resource.GetProperty("id")} {resource.GetProperty("status")}"
                    + $" {resource.TryGetProperty("relatesTo", out _)}")
                    .Order());
            }
        }

        return string.Join('\n', seen);
    }

    /// <summary>A note of Nabla, which waits for its correlation.</summary>
    internal static string Generated(Hospital hospital) => JsonSerializer.Serialize(new
    {
        id = Guid.NewGuid(),
        type = "generate_note_async.succeeded",
        created_at = "2026-03-02T10:00:00Z",
        data = new
        {
            id = Guid.NewGuid(),
            client_request_id = hospital.Name("request"),
            status = "SUCCEEDED",
            payload = new { note = new { title = "Note", sections = new[] { new { key = "PLAN", title = "Plan", text = "Rest." } } } },
        },
    });

    private static string Token(string subject) => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
    {
        Subject = new ClaimsIdentity([new Claim("sub", subject)]),
        Expires = TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(1),
        SigningCredentials = new SigningCredentials(
            new SymmetricSecurityKey(Encoding.UTF8.GetBytes(RunningGateway.ApiKey)), SecurityAlgorithms.HmacSha256),
    });
}
