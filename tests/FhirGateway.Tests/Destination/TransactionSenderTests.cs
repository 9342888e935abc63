using System.Text;
using System.Text.Json;
using FhirGateway.Destination;
using FhirGateway.Mapping.Json;
using FhirGateway.Pipeline;
using FhirGateway.Settings;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Task = System.Threading.Tasks.Task;

namespace FhirGateway.Tests.Destination;

/// <summary>What each answer of a destination makes of a delivery; the answers are those seen from real servers.</summary>
public sealed class TransactionSenderTests
{
    private const string Note = """
        {
          "resourceType": "Bundle", "type": "transaction",
          "entry": [
            {
              "fullUrl": "urn:uuid:1",
              "resource": {
                "resourceType": "Composition",
                "subject": { "reference": "Patient?identifier=urn%3Ap%7C1" },
                "encounter": { "reference": "Encounter?identifier=urn%3Ae%7C2" },
                "author": [ { "reference": "urn:uuid:2" } ],
                "status": "final", "date": "2026-03-02", "title": "x", "type": { "text": "x" },
                "text": { "status": "generated", "div": "<div xmlns=\"http://www.w3.org/1999/xhtml\"><a href=\"https://example.org/?x=1\">x</a></div>" }
              },
              "request": { "method": "PUT", "url": "Composition?identifier=urn%3Ac%7C3" }
            },
            {
              "fullUrl": "urn:uuid:2",
              "resource": { "resourceType": "Device", "identifier": [ { "system": "urn:d", "value": "gateway" } ] },
              "request": { "method": "POST", "url": "Device", "ifNoneExist": "identifier=urn%3Ad%7Cgateway" }
            }
          ]
        }
        """;

    // What is left of it once the Device is where all share it.
    private const string Confirmed = """
        { "resourceType": "Bundle", "type": "transaction-response", "entry": [ { "response": { "status": "201 Created", "location": "Composition/7/_history/1" } } ] }
        """;

    [Fact]
    public async Task Every_entry_confirmed_is_delivered_with_a_receipt()
    {
        var (result, _) = await SendAsync(_ => ScriptedServer.Json(200, Confirmed));

        var receipt = JsonElement.Parse(Assert.IsType<Delivered>(result).Receipt).GetProperty("resources");
        Assert.Equal(["Composition/7", "Device/1"], receipt.EnumerateArray().Select(resource => resource.GetProperty("reference").GetString()!));
    }

    [Theory]
    [InlineData("Patient/7")]
    [InlineData("Composition?identifier=urn:c|3")]
    public async Task An_answer_that_names_something_else_than_what_was_sent_is_not_delivered(string location)
    {
        var (result, _) = await SendAsync(
            _ => ScriptedServer.Json(200, Confirmed.Replace("Composition/7/_history/1", location, StringComparison.Ordinal)),
            request => ScriptedServer.Matches(request, request.RequestUri!.AbsolutePath.EndsWith("Composition", StringComparison.Ordinal) ? 0 : 1));

        Assert.IsType<TryAgain>(result);
    }

    [Theory]
    [InlineData(409, RetryCause.Conflict)]
    [InlineData(408, RetryCause.Unavailable)]
    [InlineData(429, RetryCause.Unavailable)]
    [InlineData(500, RetryCause.Unavailable)]
    [InlineData(503, RetryCause.Unavailable)]
    [InlineData(401, RetryCause.Misconfigured)]
    [InlineData(403, RetryCause.Misconfigured)]
    [InlineData(302, RetryCause.Misconfigured)]
    public async Task What_may_pass_is_tried_again(int status, RetryCause cause)
    {
        var (result, _) = await SendAsync(_ => ScriptedServer.Outcome(status));

        Assert.Equal(cause, Assert.IsType<TryAgain>(result).Cause);
    }

    [Theory]
    [InlineData(400, "Assigned ID is already in use")]
    [InlineData(400, "Resource ID did not match resolved ID")]
    [InlineData(412, "HAPI-0550: the index of this search URL was violated")]
    public async Task What_servers_say_of_a_lost_race_is_not_a_verdict(int status, string words)
    {
        var (result, _) = await SendAsync(_ => ScriptedServer.Outcome(status, words));

        Assert.Equal(RetryCause.Conflict, Assert.IsType<TryAgain>(result).Cause);
    }

    [Theory]
    [InlineData(400, null, typeof(Dead))]
    [InlineData(400, 0, typeof(TryAgain))]
    [InlineData(412, 4, typeof(TryAgain))]
    [InlineData(412, 5, typeof(Dead))]
    [InlineData(422, 0, typeof(Dead))]
    public async Task A_refusal_right_after_a_cut_is_not_a_verdict_a_few_times(int status, int? refusalsSinceUnanswered, Type expected)
    {
        var (result, _) = await SendAsync(_ => ScriptedServer.Outcome(status), attempt: new AttemptFacts("1", 2, refusalsSinceUnanswered));

        Assert.IsType(expected, result);
    }

    [Theory]
    [InlineData(HttpRequestError.ResponseEnded, true)]
    [InlineData(HttpRequestError.ConnectionError, false)]
    [InlineData(HttpRequestError.NameResolutionError, false)]
    public async Task Only_what_may_have_arrived_may_be_at_work(HttpRequestError error, bool mayBeAtWork)
    {
        var (result, _) = await SendAsync(_ => throw new HttpRequestException(error));

        Assert.Equal(mayBeAtWork, Assert.IsType<TryAgain>(result).MayBeAtWork);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(405)]
    public async Task A_refusal_that_nothing_explains_is_not_pending_for_ever(int status)
    {
        var (first, _) = await SendAsync(_ => ScriptedServer.Outcome(status, "no such thing"), attempt: new AttemptFacts("1", 1, null));
        var (last, _) = await SendAsync(_ => ScriptedServer.Outcome(status, "no such thing"), attempt: new AttemptFacts("1", 3, null));

        Assert.IsType<TryAgain>(first);
        Assert.Contains("no such thing", Assert.IsType<Dead>(last).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Retry_after_is_heeded()
    {
        var (result, _) = await SendAsync(_ => ScriptedServer.Json(503, null, ("Retry-After", "17")));

        var again = Assert.IsType<TryAgain>(result);
        Assert.Equal(TimeSpan.FromSeconds(17), again.After);
        Assert.Equal(TimeSpan.FromSeconds(17), Backoff.Wait(again, 1, new DeliveryOptions(), chance: 1));
    }

    [Theory]
    [InlineData("00:30:00", 1800)]
    [InlineData("01:00:00", 3600)]
    [InlineData("1.00:00:00", 3600)]
    public void A_destination_that_asks_for_too_long_a_pause_gets_the_longest_one(string asked, int seconds)
    {
        var again = new TryAgain("", RetryCause.Unavailable, TimeSpan.Parse(asked, System.Globalization.CultureInfo.InvariantCulture));

        Assert.Equal(seconds, Backoff.Wait(again, 1, new DeliveryOptions(), chance: 1).TotalSeconds);
        Assert.Equal(
            Math.Min(seconds, 2400),
            Backoff.Wait(again, 1, new DeliveryOptions { LongestRetryAfter = TimeSpan.FromMinutes(40) }, chance: 1).TotalSeconds);
    }

    [Fact]
    public async Task A_reference_that_matches_nothing_parks_by_name_and_nothing_is_sent()
    {
        var (result, server) = await SendAsync(
            _ => ScriptedServer.Json(200, Confirmed),
            request => ScriptedServer.Matches(request, request.RequestUri!.AbsolutePath.EndsWith("Patient", StringComparison.Ordinal) ? 0 : 1));

        var parked = Assert.IsType<Parked>(result);
        Assert.Equal("Patient?identifier=urn%3Ap%7C1", parked.WaitsFor);
        Assert.Contains("Patient?identifier=urn:p|1", parked.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain(server.Requests, request => request.StartsWith("POST", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_patch_that_matches_nothing_parks_by_name()
    {
        var patching = """
            { "resourceType": "Bundle", "type": "transaction", "entry": [ { "fullUrl": "urn:uuid:1", "resource": { "resourceType": "Parameters" },
              "request": { "method": "PATCH", "url": "MedicationStatement?identifier=urn%3Am%7C1" } } ] }
            """;
        var (result, _) = await SendAsync(_ => ScriptedServer.Json(200), request => ScriptedServer.Matches(request, 0), patching);

        Assert.Equal("MedicationStatement?identifier=urn%3Am%7C1", Assert.IsType<Parked>(result).WaitsFor);
    }

    [Fact]
    public async Task What_is_gone_since_it_was_looked_for_parks_by_name()
    {
        var isSent = false;
        var (result, _) = await SendAsync(
            _ =>
            {
                isSent = true;
                return ScriptedServer.Outcome(400, "Patient/1 is not known");
            },
            request => ScriptedServer.Matches(request, isSent ? 0 : 1));

        Assert.IsType<Parked>(result);
    }

    [Fact]
    public async Task Not_found_though_everything_is_there_is_tried_again()
    {
        var (result, _) = await SendAsync(_ => ScriptedServer.Outcome(404));

        Assert.IsType<TryAgain>(result);
    }

    [Fact]
    public async Task A_page_that_is_not_a_fhir_server_is_a_matter_of_configuration()
    {
        var (missing, _) = await SendAsync(_ => ScriptedServer.Json(404));
        var (anything, _) = await SendAsync(_ => ScriptedServer.Json(200, "[]"), request => ScriptedServer.Matches(
            request, request.RequestUri!.AbsolutePath.EndsWith("Composition", StringComparison.Ordinal) ? 0 : 1));

        Assert.Equal(RetryCause.Misconfigured, Assert.IsType<TryAgain>(missing).Cause);
        Assert.Equal(RetryCause.Misconfigured, Assert.IsType<TryAgain>(anything).Cause);
    }

    [Fact]
    public async Task Success_without_words_is_believed_once_the_resources_are_seen()
    {
        var (result, server) = await SendAsync(_ => ScriptedServer.Json(200));

        Assert.IsType<Delivered>(result);
        Assert.Contains("GET /fhir/Composition?identifier=urn:c|3&_count=20", server.Requests);
    }

    [Theory]
    [InlineData("Encounter")]
    [InlineData("Composition")]
    public async Task Several_matches_are_refused_and_named_whatever_status_the_server_chose(string type)
    {
        foreach (var status in new[] { 400, 404, 412, 422 })
        {
            var (result, _) = await SendAsync(
                _ => ScriptedServer.Outcome(status),
                request => ScriptedServer.Matches(request, request.RequestUri!.AbsolutePath.EndsWith(type, StringComparison.Ordinal) ? 2 : 1));

            var dead = Assert.IsType<Dead>(result);
            Assert.Contains($"{type}?identifier=urn:", dead.Reason, StringComparison.Ordinal);
            Assert.Contains($"{type}/1, {type}/2", dead.Reason, StringComparison.Ordinal);
            Assert.DoesNotContain("Patient?", dead.Reason, StringComparison.Ordinal);
            Assert.Equal("OperationOutcome", JsonElement.Parse(dead.Outcome).GetProperty("resourceType").GetString());
        }
    }

    [Fact]
    public async Task A_bundle_that_is_wrong_is_dead_with_the_servers_words()
    {
        var (result, _) = await SendAsync(_ => ScriptedServer.Outcome(422, "that code is unknown"));

        Assert.Contains("that code is unknown", Assert.IsType<Dead>(result).Outcome, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_refusal_is_kept_errors_first_within_64_KB_and_says_that_it_is_cut()
    {
        var warnings = string.Join(',', Enumerable.Range(0, 200).Select(_ => $$"""{"severity":"warning","code":"value","diagnostics":"{{new string('w', 1000)}}"}"""));
        var answer = $$"""{"resourceType":"OperationOutcome","issue":[{{warnings}},{"severity":"error","code":"value","diagnostics":"the cause"}]}""";
        var (result, _) = await SendAsync(_ => ScriptedServer.Json(422, answer));

        var kept = Assert.IsType<Dead>(result).Outcome;
        var issues = JsonElement.Parse(kept).GetProperty("issue").EnumerateArray().Select(issue => issue.GetProperty("diagnostics").GetString()!).ToList();
        Assert.InRange(Encoding.UTF8.GetByteCount(kept), 60 * 1024, 64 * 1024);
        Assert.Equal("the cause", issues[0]);
        Assert.Contains("cut", issues[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(413)]
    [InlineData(422)]
    public async Task A_refusal_without_an_OperationOutcome_is_tried_again_then_waits_and_is_never_dead(int status)
    {
        HttpResponseMessage Refuse(HttpRequestMessage request) => ScriptedServer.Json(status, "<html>No such tenant</html>");
        var (first, _) = await SendAsync(Refuse, attempt: new AttemptFacts("1", 1, null));
        var (last, _) = await SendAsync(Refuse, attempt: new AttemptFacts("1", 3, null));
        var (again, _) = await SendAsync(Refuse, attempt: new AttemptFacts("1", 1, null) { WasRefusedSo = true });

        Assert.IsType<Parked>(again);
        Assert.Equal(RetryCause.Misconfigured, Assert.IsType<TryAgain>(first).Cause);
        var parked = Assert.IsType<Parked>(last);
        Assert.Contains("proxy", parked.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("tenant", parked.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_in_other_words_than_an_OperationOutcome_is_kept_within_64_KB_too()
    {
        var third = new AttemptFacts("1", 3, null);
        var (brief, _) = await SendAsync(_ => ScriptedServer.Json(422, "<html>No such tenant</html>"), attempt: third);
        var (huge, _) = await SendAsync(_ => ScriptedServer.Json(422, new string('<', 1_000_000)), attempt: third);

        Assert.Contains(
            "No such tenant",
            JsonElement.Parse(Assert.IsType<Parked>(brief).Outcome!).GetProperty("issue")[1].GetProperty("diagnostics").GetString(),
            StringComparison.Ordinal);
        var kept = Assert.IsType<Parked>(huge).Outcome!;
        Assert.InRange(Encoding.UTF8.GetByteCount(kept), 16 * 1024, 64 * 1024);
        Assert.Contains("cut", kept, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("409 Conflict", typeof(TryAgain))]
    [InlineData("422", typeof(Dead))]
    [InlineData("500", typeof(TryAgain))]
    public async Task A_failed_entry_inside_a_success_is_a_failure(string status, Type expected)
    {
        var (result, _) = await SendAsync(_ => ScriptedServer.Json(200, $$"""
            { "resourceType": "Bundle", "type": "transaction-response", "entry": [ { "response": { "status": "{{status}}" } } ] }
            """));

        Assert.IsType(expected, result);
    }

    [Fact]
    public async Task No_answer_is_tried_again()
    {
        var (result, _) = await SendAsync(_ => throw new HttpRequestException("connection refused"));

        Assert.Equal(RetryCause.Unavailable, Assert.IsType<TryAgain>(result).Cause);
    }

    [Fact]
    public async Task A_server_that_is_down_is_left_alone_for_a_while()
    {
        using var server = new ScriptedServer(_ => throw new HttpRequestException("connection refused"));
        using var client = Client(server);
        for (var i = 0; i < 20; i++) await SendAsync(client, Note);

        Assert.Equal(5, server.Requests.Count);
        var last = Assert.IsType<TryAgain>(await SendAsync(client, Note));
        Assert.True(last.After > TimeSpan.Zero);
    }

    /// <param name="posted">Answers the bundle.</param>
    /// <param name="searched">Answers all else; unsaid, everything that is asked for is there once.</param>
    private static async Task<(Outcome Result, ScriptedServer Server)> SendAsync(
        Func<HttpRequestMessage, HttpResponseMessage> posted,
        Func<HttpRequestMessage, HttpResponseMessage>? searched = null,
        string bundle = Note,
        AttemptFacts? attempt = null)
    {
        var server = new ScriptedServer(request => request.Method == HttpMethod.Post ? posted(request)
            : request.RequestUri!.AbsolutePath.EndsWith("metadata", StringComparison.Ordinal) ? ScriptedServer.Json(404)
            : request.RequestUri!.Query.Length == 0 ? ScriptedServer.Json(200, """{ "resourceType": "Composition", "id": "7" }""")
            : searched is null ? ScriptedServer.Matches(request, 1)
            : searched(request));
        using var client = Client(server);
        return (await SendAsync(client, bundle, attempt), server);
    }

    private static async Task<Outcome> SendAsync(HttpClient client, string bundle, AttemptFacts? attempt = null)
    {
        var server = new FhirServer(new FhirClient(client));
        var memory = new DestinationMemory(_ => Task.FromResult<IReadOnlyDictionary<string, (string, DateTimeOffset)>>(new Dictionary<string, (string, DateTimeOffset)>()), (_, _) => Task.CompletedTask);
        using var known = new KnownDestination(
            server, new DestinationOptions(), memory, TimeProvider.System, NullLogger<KnownDestination>.Instance);
        var preparation = new BundlePreparation(server, known, new SharedResources(server, TimeProvider.System, NullLogger<SharedResources>.Instance));
        var (prepared, stopped) = await preparation.PrepareAsync(Read(bundle), [], CancellationToken.None);
        return stopped ?? await new TransactionSender(server, known, new RefusalJudgement(preparation, known)).SendAsync(
            prepared!, new OutgoingBundle(ResourceJson.Write(prepared!.Bundle)), attempt ?? new AttemptFacts("1", 1, null), CancellationToken.None);
    }

    private static Bundle Read(string json)
    {
        _ = FhirJsonDeserializer.RECOVERABLE.TryDeserializeResource(json, out var resource, out _);
        return Assert.IsType<Bundle>(resource);
    }

    private static HttpClient Client(ScriptedServer server) =>
        DestinationClient.Create(new DestinationOptions(), new Uri("https://fhir.example/fhir"), server,
            new DestinationPause(Options.Create(new GatewaySettings()), TimeProvider.System, NullLogger<DestinationPause>.Instance),
            new ConcurrencyLimit(Options.Create(new GatewaySettings()), TimeProvider.System),
            TimeProvider.System);
}
