using System.Net;
using System.Text;
using System.Text.Json;
using FhirGateway.Ledger;
using FhirGateway.Testing;

namespace FhirGateway.Tests.Pipeline;

/// <summary>
/// The letters of a UUID have no case: what is sent again in another case is the same message, the same version, the same resource.
/// </summary>
public sealed class UuidSpellingTests
{
    private const string Upper = "4E0B6D3C-92D5-4E0E-9F5E-3F6D2F6A1CAB";
    private const string Lower = "4e0b6d3c-92d5-4e0e-9f5e-3f6d2f6a1cab";

    [SharedFact("cases/public/uuid-case-1-first.json")]
    public async Task A_note_sent_again_in_small_letters_does_not_become_current_again()
    {
        await using var gateway = await RunningGateway.StartAsync();
        await gateway.PutAsync("Patient", RunningGateway.SystemOf("patient"), "pat-public-1");
        await gateway.PutAsync("Encounter", RunningGateway.SystemOf("encounter"), "enc-public-1",
            """ "status": "finished", "class": { "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB" } """);
        foreach (var sent in new[] { "1-first", "2-newer", "3-first-sent-again" })
        {
            using var answer = await gateway.SendAsync("insight-health", Case(sent));
            Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
            await gateway.UntilStateAsync("insight-health", DeliveryState.Delivered);
        }

        Assert.Equal(1, (await gateway.Ledger.MessagesAsync(new MessageFilter())).Sum(message => message.Duplicates));
        var documents = await gateway.AllAsync("DocumentReference");
        Assert.Equal(2, documents.Count);
        Assert.Contains(
            "Stop drug A.", TextOf(Assert.Single(documents, document => document.GetProperty("status").ValueEquals("current"))),
            StringComparison.Ordinal);
        Assert.Single(documents, document => document.TryGetProperty("relatesTo", out _));
    }

    [Theory]
    [InlineData(
        "nabla",
        """{ "id": "EVENT", "type": "generate_note_async.succeeded", "created_at": "2026-03-02T10:00:00Z", "data": """
            + """{ "id": "UUID", "status": "SUCCEEDED", "payload": { "note": { "title": "Note", "sections": [] } } } }""")]
    [InlineData(
        "human-api",
        """[ { "eventId": "UUID", "eventType": "integrations.VendorNoteCreated", "timestamp": "2026-03-02T10:00:00", "orderId": "1", "humanId": "2", "eventPayload": { "note": "x" } } ]""")]
    [InlineData("human-api", """[ { "eventId": "UUID", "eventType": "orders.OrderSummaryUpdated" } ]""")]
    [InlineData(
        "insight-health",
        """{ "patient_id": "1", "encounter_id": "2", "summary_id": "UUID", "template_name": "SOAP Note", "sections": {} }""")]
    public async Task One_event_in_two_cases_is_not_two_events(string source, string message)
    {
        await using var gateway = await RunningGateway.StartAsync();
        foreach (var uuid in new[] { Upper, Lower, Upper })
        {
            // Nabla's page doesn't say whether an event that is sent again keeps its own id.
            using var answer = await gateway.SendAsync(
                source,
                Bytes(message.Replace("UUID", uuid, StringComparison.Ordinal).Replace(
                    "EVENT", Guid.NewGuid().ToString(), StringComparison.Ordinal)));
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        }

        var deliveries = await gateway.Ledger.DeliveriesAsync(new DeliveryFilter(source));
        Assert.Single(deliveries, delivery => delivery.State != DeliveryState.Duplicate);
        Assert.All(deliveries, delivery => Assert.StartsWith(Lower, delivery.EventKey, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_correlation_registered_in_another_case_is_not_missed()
    {
        await using var gateway = await RunningGateway.StartAsync(new() { ["Gateway:Delivery:ParkedRetry"] = "10:00:00" });
        await gateway.PutAsync("Patient", RunningGateway.SystemOf("patient"), "p1");
        await gateway.SendAsync("nabla", Bytes($$"""
            { "id": "{{Guid.NewGuid()}}", "type": "generate_note_async.succeeded", "created_at": "2026-03-02T10:00:00Z",
              "data": { "id": "{{Upper}}", "status": "SUCCEEDED", "payload": { "note": { "title": "Note", "sections": [ { "key": "PLAN", "title": "Plan", "text": "x" } ] } } } }
            """));
        await gateway.UntilStateAsync("nabla", DeliveryState.Parked);

        using var answer = await gateway.ApiAsync(HttpMethod.Put, $"api/sources/nabla/correlations/{Upper}", """{ "patient": "p1" }""");

        Assert.Equal(1, JsonElement.Parse(await answer.Content.ReadAsByteArrayAsync()).GetProperty("released").GetInt32());
        await gateway.UntilStateAsync("nabla", DeliveryState.Delivered);
    }

    private static byte[] Case(string name) => File.ReadAllBytes(Repository.SharedPath($"cases/public/uuid-case-{name}.json")!);

    private static byte[] Bytes(string json) => Encoding.UTF8.GetBytes(json);

    private static string TextOf(JsonElement document) =>
        Encoding.UTF8.GetString(document.GetProperty("content")[0].GetProperty("attachment").GetProperty("data").GetBytesFromBase64());
}
