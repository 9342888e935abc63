using System.Text;
using FhirGateway.Ledger;

namespace FhirGateway.Tests.Pipeline;

/// <summary>A regeneration that holds nothing: a vendor's mishap, which must not cost a good note.</summary>
public sealed class EmptyVersionTests
{
    private const string Source = "insight-health";

    [Fact]
    public async Task An_empty_regeneration_waits_and_the_good_note_stays_current_until_a_better_one_comes()
    {
        await using var gateway = await RunningGateway.StartAsync();
        await gateway.PutAsync("Patient", RunningGateway.SystemOf("patient"), "p");
        await gateway.PutAsync(
            "Encounter", RunningGateway.SystemOf("encounter"), "e",
            """ "status": "finished", "class": { "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB" } """);

        await SendAsync(gateway, "00000000-0000-4000-8000-000000000001", """{"plan":"stop drug A"}""");
        await gateway.UntilStateAsync(Source, DeliveryState.Delivered);
        await SendAsync(gateway, "00000000-0000-4000-8000-000000000002", """{"plan":"","assessment":null}""");
        var parked = (await gateway.UntilAsync(Source, deliveries => deliveries is [_, { State: DeliveryState.Parked }]))[1];

        Assert.Equal("content", parked.WaitsFor);
        Assert.Contains("no content", parked.Reason, StringComparison.Ordinal);
        Assert.Equal("current", Assert.Single(await gateway.AllAsync("DocumentReference")).GetProperty("status").GetString());
        Assert.Contains("stop drug A", Assert.Single(await gateway.AllAsync("Composition")).GetRawText(), StringComparison.Ordinal);

        // It holds up nothing: the next version goes out, and the empty one is then an old one.
        await SendAsync(gateway, "00000000-0000-4000-8000-000000000003", """{"plan":"stop drug A and B"}""");
        await gateway.UntilAsync(
            Source, deliveries => deliveries.Count == 3 && deliveries.All(delivery => delivery.State == DeliveryState.Delivered));
        var current = Assert.Single(
            await gateway.AllAsync("DocumentReference"), document => document.GetProperty("status").ValueEquals("current"));
        Assert.Equal(
            "urn:uuid:00000000-0000-4000-8000-000000000003", current.GetProperty("masterIdentifier").GetProperty("value").GetString());
        Assert.Contains("stop drug A and B", Assert.Single(await gateway.AllAsync("Composition")).GetRawText(), StringComparison.Ordinal);
    }

    private static async Task SendAsync(RunningGateway gateway, string id, string sections)
    {
        var body = $$"""{"patient_id":"p","encounter_id":"e","summary_id":"{{id}}","template_name":"SOAP Note","sections":{{sections}}}""";
        using var answer = await gateway.SendAsync(Source, Encoding.UTF8.GetBytes(body));
        Assert.Equal(System.Net.HttpStatusCode.NoContent, answer.StatusCode);
    }
}
