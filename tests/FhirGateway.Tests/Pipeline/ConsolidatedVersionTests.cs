using System.Text;
using FhirGateway.Ledger;

namespace FhirGateway.Tests.Pipeline;

/// <summary>All that networks know of a patient comes again, whole, whenever it is asked for.</summary>
public sealed class ConsolidatedVersionTests
{
    private const string Source = "metriport";

    [Fact]
    public async Task Consolidated_data_of_two_queries_does_not_stand_side_by_side_as_current()
    {
        await using var gateway = await RunningGateway.StartAsync();
        await gateway.PutAsync("Patient", RunningGateway.SystemOf("patient"), "x");

        await SendAsync(gateway, "m1", "2026-03-02T09:00:00Z", 1);
        await SendAsync(gateway, "m3", "2026-03-02T11:00:00Z", 2);
        await SendAsync(gateway, "m2", "2026-03-02T10:00:00Z", 3); // late

        var documents = await gateway.AllAsync("DocumentReference");
        var current = Assert.Single(documents, document => document.GetProperty("status").ValueEquals("current"));
        Assert.Equal(2, documents.Count(document => document.GetProperty("status").ValueEquals("superseded")));
        Assert.Equal("2026-03-02T11:00:00Z", current.GetProperty("date").GetString());
        var first = documents.Single(document => document.GetProperty("date").ValueEquals("2026-03-02T09:00:00Z"));
        Assert.Equal(
            $"DocumentReference/{first.GetProperty("id").GetString()}",
            current.GetProperty("relatesTo")[0].GetProperty("target").GetProperty("reference").GetString());
        Assert.Equal(3, (await gateway.AllAsync("Binary")).Count);
    }

    private static async Task SendAsync(RunningGateway gateway, string message, string when, int expected)
    {
        using var answer = await gateway.SendAsync(Source, Encoding.UTF8.GetBytes($$$"""
            {"meta":{"messageId":"{{{message}}}","when":"{{{when}}}","type":"medical.consolidated-data"},"patients":[{"patientId":"p","externalId":"x","status":"completed",
             "bundle":{"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Encounter","id":"{{{message}}}"}}]}}]}
            """));
        Assert.True(answer.IsSuccessStatusCode);
        await gateway.UntilAsync(
            Source, deliveries => deliveries.Count == expected && deliveries.All(delivery => delivery.State == DeliveryState.Delivered));
    }
}
