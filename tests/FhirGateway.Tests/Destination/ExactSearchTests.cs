using System.Text.Json;
using FhirGateway.Destination;
using FhirGateway.Settings;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace FhirGateway.Tests.Destination;

/// <summary>What a search is believed to have found, whatever else a server puts into its answer.</summary>
public sealed class ExactSearchTests
{
    private const string Wanted = "Patient?identifier=urn%3Ap%7Cpat-1";

    [Theory]
    [InlineData("urn:p", "pat-1", true)]
    [InlineData("urn:p", "PAT-1", false)]
    [InlineData("URN:P", "pat-1", false)]
    [InlineData("urn:p", "pat-1 ", false)]
    [InlineData("urn:q", "pat-1", false)]
    [InlineData(null, "pat-1", false)]
    public async Task Only_the_same_system_and_value_are_a_match(string? system, string value, bool isMatch)
    {
        var found = await FindAsync(_ => Page([Patient("1", system, value)]));

        Assert.Equal(isMatch ? 1 : 0, found.Matches!.Count);
    }

    [Theory]
    [InlineData(
        "DocumentReference?identifier=urn%3Ad%7C1",
        """{ "resourceType": "DocumentReference", "id": "1", "masterIdentifier": { "system": "urn:d", "value": "1" } }""", true)]
    [InlineData(
        "Composition?identifier=urn%3Ad%7C1",
        """{ "resourceType": "Composition", "id": "1", "identifier": { "system": "urn:d", "value": "1" } }""", true)]
    [InlineData(
        "Composition?identifier=urn%3Ad%7C1",
        """{ "resourceType": "DocumentReference", "id": "1", "identifier": [ { "system": "urn:d", "value": "1" } ] }""", false)]
    [InlineData(
        @"Patient?identifier=urn%3Ap%7Ca%5C%7Cb",
        """{ "resourceType": "Patient", "id": "1", "identifier": [ { "system": "urn:p", "value": "a|b" } ] }""", true)]
    [InlineData("Patient?identifier=%7C7", """{ "resourceType": "Patient", "id": "1", "identifier": [ { "value": "7" } ] }""", true)]
    [InlineData(
        "Patient?identifier=%7C7", """{ "resourceType": "Patient", "id": "1", "identifier": [ { "system": "urn:p", "value": "7" } ] }""",
        false)]
    [InlineData(
        "Patient?identifier=7", """{ "resourceType": "Patient", "id": "1", "identifier": [ { "system": "urn:p", "value": "7" } ] }""",
        true)]
    [InlineData("Patient?_id=Ab", """{ "resourceType": "Patient", "id": "ab" }""", false)]
    [InlineData(
        "Provenance?_tag=urn%3At%7Ca",
        """{ "resourceType": "Provenance", "id": "1", "meta": { "tag": [ { "system": "urn:t", "code": "a" } ] } }""", true)]
    [InlineData(
        "Provenance?_tag=urn%3At%7Ca",
        """{ "resourceType": "Provenance", "id": "1", "meta": { "tag": [ { "system": "urn:t", "code": "A" } ] } }""", false)]
    public void A_condition_is_met_by_what_it_names_and_nothing_else(string condition, string resource, bool isMet) =>
        Assert.Equal(isMet, Condition.Parse(condition)!.IsMetBy(JsonElement.Parse(resource)));

    [Theory]
    [InlineData("https://example.org/x?y=1")]
    [InlineData("Patient/1")]
    [InlineData("urn:uuid:0?")]
    [InlineData("?identifier=1")]
    [InlineData(null)]
    public void What_is_not_a_query_on_a_type_is_not_a_condition(string? text) => Assert.Null(Condition.Parse(text));

    [Fact]
    public async Task The_right_one_is_found_behind_pages_of_others()
    {
        var others = Enumerable.Range(1, 20).Select(number => Patient($"other-{number}", "urn:p", "PAT-1")).ToList();
        var found = await FindAsync(request => request.RequestUri!.Query switch
        {
            "?page=2" => Page(others, "https://fhir.example/fhir?page=3"),
            "?page=3" => Page([Patient("mine", "urn:p", "pat-1")]),
            _ => Page(others, "https://fhir.example/fhir?page=2"),
        });

        Assert.Equal("mine", Assert.Single(found.Matches!).GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_double_on_a_later_page_is_a_double()
    {
        var found = await FindAsync(request => request.RequestUri!.Query == "?page=2"
            ? Page([Patient("2", "urn:p", "pat-1"), Patient("1", "urn:p", "pat-1")])
            : Page([Patient("1", "urn:p", "pat-1")], "Patient?page=2"));

        Assert.Equal(2, found.Matches!.Count);
    }

    [Theory]
    [InlineData("https://elsewhere.example/fhir?page=2")]
    [InlineData("https://fhir.example/fhirs?page=2")]
    [InlineData("https://fhir.example/fhir?page=2")]
    public async Task A_search_without_end_or_that_leads_elsewhere_decides_nothing_and_takes_no_credentials_there(string next)
    {
        var asked = new List<Uri>();
        var found = await FindAsync(request =>
        {
            asked.Add(request.RequestUri!);
            return Page([Patient("1", "urn:p", "PAT-1")], next);
        });

        Assert.Null(found.Matches);
        Assert.IsType<TryAgain>(found.One(Condition.Parse(Wanted)!).Stopped);
        Assert.All(asked, uri => Assert.StartsWith("https://fhir.example/fhir", uri.AbsoluteUri, StringComparison.Ordinal));
        Assert.DoesNotContain(asked, uri => uri.AbsolutePath == "/fhirs");
        Assert.InRange(asked.Count, 1, 30);
    }

    [Theory]
    [InlineData("""{"resourceType":"Bundle","type":"searchset","entry":null}""")]
    [InlineData("""{"resourceType":"Bundle","type":"searchset","entry":"x"}""")]
    [InlineData("""{"resourceType":"Bundle","type":"searchset","entry":[null]}""")]
    [InlineData("""{"resourceType":"Bundle","type":"searchset","entry":[{"search":{"mode":"match"}}]}""")]
    [InlineData("""{"resourceType":"Bundle","type":"searchset","entry":[{"resource":5}]}""")]
    [InlineData("""{"resourceType":"Bundle","type":"searchset","entry":[{"resource":{"resourceType":5}}]}""")]
    [InlineData("""{"resourceType":5}""")]
    [InlineData("""{"resourceType":"Patient","id":"1"}""")]
    [InlineData("[]")]
    public async Task A_search_result_that_can_not_be_read_is_neither_nothing_nor_something(string body)
    {
        Assert.Null((await FindAsync(_ => ScriptedServer.Json(200, body), "Patient?identifier=urn%3Ap%7C1")).Matches);
    }

    [Theory]
    [InlineData("""{"resourceType":"Bundle","type":"searchset"}""", 0)]
    [InlineData("""{"resourceType":"Bundle","type":"searchset","total":"many","entry":[{"resource":{"resourceType":"Patient","id":"1","identifier":{"system":"urn:p","value":"1"},"gender":"odd","foo":1}}]}""", 1)]
    [InlineData("""{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"OperationOutcome"},"search":{"mode":"outcome"}},{"resource":{"resourceType":"Patient","id":"1","identifier":[{"system":"urn:p","value":"1"}]}}]}""", 1)]
    public async Task Matches_are_counted_whatever_else_is_odd(string body, int matches)
    {
        Assert.Equal(matches, (await FindAsync(_ => ScriptedServer.Json(200, body), "Patient?identifier=urn%3Ap%7C1")).Matches!.Count);
    }

    private static object Patient(string id, string? system, string value) =>
        new { resource = new { resourceType = "Patient", id, identifier = new[] { new { system, value } } } };

    private static HttpResponseMessage Page(IEnumerable<object> entry, string? next = null) =>
        ScriptedServer.Json(200, JsonSerializer.Serialize(new
        {
            resourceType = "Bundle",
            type = "searchset",
            link = next is null ? [] : new[] { new { relation = "next", url = next } },
            entry,
        }));

    private static async Task<Found> FindAsync(Func<HttpRequestMessage, HttpResponseMessage> answer, string wanted = Wanted)
    {
        using var server = new ScriptedServer(answer);
        using var client = DestinationClient.Create(
            new DestinationOptions(), new Uri("https://fhir.example/fhir"), server,
            new DestinationPause(Options.Create(new GatewaySettings()), TimeProvider.System, NullLogger<DestinationPause>.Instance),
            new ConcurrencyLimit(Options.Create(new GatewaySettings()), TimeProvider.System),
            TimeProvider.System);
        return await new FhirServer(new FhirClient(client)).FindAsync(wanted, CancellationToken.None);
    }
}
