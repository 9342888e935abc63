using System.Text.Json;
using FhirGateway.Destination;

namespace FhirGateway.Tests.Destination;

public sealed class TransactionOutcomeTests
{
    [Fact]
    public void Every_entry_confirmed_is_a_success()
    {
        var outcome = Read(200, 3, """
            {"resourceType":"Bundle","type":"transaction-response","entry":[
              {"response":{"status":"201 Created","location":"Composition/12/_history/1","etag":"1"}},
              {"response":{"status":"200","location":"http://fhir.test/r4/Device/d-1"}},
              {"response":{"status":"304"},"resource":{"resourceType":"DocumentReference","id":"x","meta":{"versionId":"7"}}}]}
            """);

        Assert.Equal(TransactionVerdict.Succeeded, outcome.Verdict);
        Assert.Equal(
            [new ResourceLocation("Composition", "12", "1"), new ResourceLocation("Device", "d-1", null), new ResourceLocation("DocumentReference", "x", "7")],
            outcome.Entries.Select(entry => entry.Location!));
        Assert.Equal([201, 200, 304], outcome.Entries.Select(entry => entry.Status!.Value));
    }

    [Fact]
    public void A_failed_entry_inside_a_200_is_found_with_its_issues()
    {
        var outcome = Read(200, 2, """
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
    public void A_200_that_does_not_confirm_every_entry_is_unconfirmed(string body) =>
        Assert.Equal(TransactionVerdict.Unconfirmed, Read(200, 2, body).Verdict);

    [Theory]
    [InlineData(400)]
    [InlineData(404)]
    [InlineData(409)]
    [InlineData(503)]
    public void Any_other_status_refuses_the_whole(int status)
    {
        var outcome = Read(status, 1, """{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"not-found","diagnostics":"HAPI-1091"}]}""");
        Assert.Equal(TransactionVerdict.Refused, outcome.Verdict);
        Assert.Equal("HAPI-1091", Assert.Single(outcome.Issues).Text);
    }

    [Fact]
    public void An_error_outcome_under_a_200_is_no_success() => Assert.Equal(
        TransactionVerdict.PartlyFailed,
        Read(200, 1, """{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"exception"}]}""").Verdict);

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
    public void What_is_no_location_names_nothing(string? text) => Assert.Null(ResourceLocation.Parse(text));

    private static TransactionOutcome Read(int status, int sent, string body)
    {
        JsonElement? json = body.StartsWith('{') ? JsonElement.Parse(body) : null;
        return TransactionOutcome.Read(new FhirResponse(status, null, null, null, null, default, json, OutcomeIssue.ReadAll(json)), sent);
    }
}
