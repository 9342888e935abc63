using System.Text;
using FhirGateway.Destination;
using FhirGateway.Testing;

namespace FhirGateway.Tests.Destination;

/// <summary>The client against a real HAPI FHIR server.</summary>
public sealed class FhirClientOnHapiTests : IDisposable
{
    private const string System = "urn:fhir-gateway:test:rest-client";

    private readonly HttpClient _http = new()
    {
        BaseAddress = new Uri(
        (Requirements.Hapi ?? "http://none.test") + "/"),
        Timeout = TimeSpan.FromMinutes(1)
    };
    private readonly string _value = Guid.NewGuid().ToString();

    private FhirClient Client => new(_http);

    public void Dispose() => _http.Dispose();

    [HapiFact]
    public async Task It_tells_what_it_can_do()
    {
        var response = await Client.CapabilitiesAsync("capabilities-" + _value);
        Assert.Equal((200, "capabilities-" + _value), (response.Status, response.RequestId));
        Assert.Equal("4.0.1", response.Body!.Value.GetProperty("fhirVersion").GetString());
    }

    [HapiFact]
    public async Task A_transaction_is_confirmed_read_and_found()
    {
        Assert.Equal(0, await Found());
        var outcome = TransactionOutcome.Read(await Client.TransactionAsync(PatientBundle()), 1);
        Assert.Equal(TransactionVerdict.Succeeded, outcome.Verdict);
        var entry = Assert.Single(outcome.Entries);
        Assert.Equal((201, "Patient", "1"), (entry.Status, entry.Location!.Type, entry.Location.Version));

        var read = await Client.ReadAsync("Patient", entry.Location.Id);
        Assert.Equal((200, "W/\"1\""), (read.Status, read.ETag));
        // The search asked before must not be answered from HAPI's cache.
        Assert.Equal(1, await Found());

        var again = TransactionOutcome.Read(await Client.TransactionAsync(PatientBundle()), 1);
        Assert.Equal(
            (TransactionVerdict.Succeeded, 200, entry.Location.Id),
            (again.Verdict, again.Entries[0].Status, again.Entries[0].Location!.Id));
    }

    [HapiFact]
    public async Task A_conditional_reference_to_nobody_refuses_the_transaction()
    {
        var bundle = $$"""
            {"resourceType":"Bundle","type":"transaction","entry":[{"fullUrl":"urn:uuid:{{_value}}",
              "resource":{"resourceType":"Encounter","status":"planned","class":{"code":"AMB"},"subject":{"reference":"Patient?identifier={{System}}|{{_value}}-nobody"} },
              "request":{"method":"POST","url":"Encounter"} }]}
            """;
        var response = await Client.TransactionAsync(Encoding.UTF8.GetBytes(bundle));
        var outcome = TransactionOutcome.Read(response, 1);

        Assert.Equal((404, TransactionVerdict.Refused), (response.Status, outcome.Verdict));
        Assert.Contains(outcome.Issues, issue => issue.IsError && issue.Text.Contains("HAPI-1091", StringComparison.Ordinal));
    }

    [HapiFact]
    public async Task What_is_not_there_is_a_404_with_an_issue()
    {
        var response = await Client.ReadAsync("Patient", _value);
        Assert.Equal(404, response.Status);
        Assert.True(Assert.Single(response.Issues).IsError);
    }

    private async Task<int> Found() =>
        (await Client.SearchAsync(
            "Patient", [("identifier", Token(System, _value + "|a,b$c"))])).Body!.Value.GetProperty("total").GetInt32();

    private byte[] PatientBundle() => Encoding.UTF8.GetBytes($$"""
        {"resourceType":"Bundle","type":"transaction","entry":[{"fullUrl":"urn:uuid:{{_value}}",
          "resource":{"resourceType":"Patient","identifier":[{"system":"{{System}}","value":"{{_value}}|a,b$c"}] },
          "request":{"method":"PUT","url":"Patient?identifier={{Uri.EscapeDataString(Token(System, _value + "|a,b$c"))}}"} }]}
        """);

    private static string Token(string system, string value) =>
        Uri.UnescapeDataString(new FhirGateway.Mapping.Identity(system, value).Query["identifier=".Length..]);
}
