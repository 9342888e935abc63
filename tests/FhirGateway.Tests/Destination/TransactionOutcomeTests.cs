using FhirGateway.Destination;
using FhirGateway.Testing;

namespace FhirGateway.Tests.Destination;

public sealed class TransactionOutcomeTests
{
    [Fact]
    public async Task Every_entry_confirmed_is_a_success()
    {
        var outcome = await ReadAsync(200, 3, """
            {"resourceType":"Bundle","type":"transaction-response","entry":[
              {"response":{"status":"201 Created","location":"Composition/12/_history/1","etag":"1"}},
              {"response":{"status":"200","location":"http://fhir.test/r4/Device/d-1"}},
              {"response":{"status":"304"},"resource":{"resourceType":"DocumentReference","id":"x","meta":{"versionId":"7"}}}]}
            """);

        Assert.Equal(TransactionVerdict.Succeeded, outcome.Verdict);
        Assert.Equal(
            [
                new ResourceLocation("Composition", "12", "1"), new ResourceLocation("Device", "d-1", null),
                new ResourceLocation("DocumentReference", "x", "7")],
            outcome.Entries.Select(entry => entry.Location!));
        Assert.Equal([201, 200, 304], outcome.Entries.Select(entry => entry.Status!.Value));
    }

    [Fact]
    public async Task A_failed_entry_inside_a_200_is_found_with_its_issues()
    {
        var outcome = await ReadAsync(200, 2, """
            {"resourceType":"Bundle","type":"transaction-response","entry":[
              {"response":{"status":"201","location":"Composition/12"}},
              {"response":{"status":"412","outcome":{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"multiple-matches","diagnostics":"two"}]}}}]}
            """);

        Assert.Equal(TransactionVerdict.PartlyFailed, outcome.Verdict);
        Assert.Equal([true, false], outcome.Entries.Select(entry => entry.Succeeded));
        Assert.Equal("multiple-matches", Assert.Single(outcome.Issues).Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html/>")]
    [InlineData("""{"resourceType":"Bundle","type":"transaction-response"}""")]
    [InlineData("""{"resourceType":"Bundle","entry":[{"response":{"status":"201"}}]}""")]
    [InlineData("""{"resourceType":"Bundle","entry":[{"response":{"status":"201"}},{"response":{}}]}""")]
    [InlineData("""{"resourceType":"Bundle","entry":[{"response":{"status":"201"}},{"fullUrl":"x"}]}""")]
    [InlineData("""{"resourceType":"Bundle","entry":[{"response":{"status":"201"}},{"response":{"status":"2019"}}]}""")]
    [InlineData("""{"resourceType":"Bundle","entry":[{"response":{"status":"201"}},null]}""")]
    [InlineData("""{"resourceType":"Bundle","entry":"none"}""")]
    [InlineData("""{"resourceType":"Bundle","entry":null}""")]
    [InlineData("""{"resourceType":"Bundle","entry":{"response":{"status":"201"}}}""")]
    [InlineData("""{"resourceType":"Bundle","entry":[5,"x"]}""")]
    [InlineData("""{"resourceType":"Bundle","entry":[{"response":5},{"response":[{"status":"201"}]}]}""")]
    [InlineData("""{"resourceType":"Bundle","entry":[{"response":{"status":201,"location":7}},{"response":{"status":["201"]}}]}""")]
    [InlineData("""{"resourceType":"Bundle","entry":[{"resource":5},{"resource":{"resourceType":5,"id":"x"}}]}""")]
    [InlineData("""{"resourceType":5}""")]
    [InlineData("""{"resourceType":null}""")]
    [InlineData("null")]
    [InlineData("5")]
    public async Task A_200_that_does_not_confirm_every_entry_is_unconfirmed_however_odd_it_is(string body) =>
        Assert.Equal(TransactionVerdict.Unconfirmed, (await ReadAsync(200, 2, body)).Verdict);

    [Theory]
    [InlineData("""{"severity":5,"code":["x"],"diagnostics":{},"details":"x","expression":"x","location":[1]}""", "error", "unknown", "")]
    [InlineData("""{"severity":"terrible","code":"no-such-code","diagnostics":"said"}""", "terrible", "no-such-code", "said")]
    public async Task An_odd_issue_is_read_as_far_as_it_goes(string issue, string severity, string code, string text)
    {
        var outcome = await ReadAsync(422, 1, $$"""{"resourceType":"OperationOutcome","issue":[null,{{issue}}]}""");

        Assert.Equal(new OutcomeIssue(severity, code, text, null), Assert.Single(outcome.Issues) with { Location = null });
    }

    [Theory]
    [InlineData(400)]
    [InlineData(404)]
    [InlineData(409)]
    [InlineData(503)]
    public async Task Any_other_status_refuses_the_whole(int status)
    {
        var outcome = await ReadAsync(
            status, 1,
            """{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"not-found","diagnostics":"HAPI-1091"}]}""");
        Assert.Equal(TransactionVerdict.Refused, outcome.Verdict);
        Assert.Equal("HAPI-1091", Assert.Single(outcome.Issues).Text);
    }

    [Fact]
    public async Task An_error_outcome_under_a_200_is_not_a_success() => Assert.Equal(
        TransactionVerdict.PartlyFailed,
        (await ReadAsync(200, 1, """{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"exception"}]}""")).Verdict);

    [Theory]
    [InlineData("Patient/1", "Patient", "1", null)]
    [InlineData("/fhir/Patient/1/_history/2", "Patient", "1", "2")]
    [InlineData("https://h:8/a/b/Patient/1/_history/2", "Patient", "1", "2")]
    public void A_location_names_type_id_and_version(string text, string type, string id, string? version) =>
        Assert.Equal(new ResourceLocation(type, id, version), ResourceLocation.Parse(text));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Patient")]
    [InlineData("Patient/")]
    [InlineData("urn:uuid:53fefa32")]
    [InlineData("http://fhir.test/r4")]
    public void What_is_not_a_location_names_nothing(string? text) => Assert.Null(ResourceLocation.Parse(text));

    private static async Task<TransactionOutcome> ReadAsync(int status, int sent, string body)
    {
        using var handler = new AnsweringHandler(ScriptedServer.Json(status, body));
        using var http = new HttpClient(handler) { BaseAddress = new Uri("http://fhir.test/r4") };
        return TransactionOutcome.Read(await new FhirClient(http).TransactionAsync(default), sent);
    }
}
