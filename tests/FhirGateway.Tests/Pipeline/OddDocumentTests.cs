using System.Text;
using FhirGateway.Ledger;

namespace FhirGateway.Tests.Pipeline;

/// <summary>Of many documents one that nobody understands.</summary>
public sealed class OddDocumentTests
{
    private const string Source = "metriport";

    [Fact]
    public async Task A_document_of_an_unknown_status_waits_alone_and_its_siblings_are_in_the_chart()
    {
        await using var gateway = await RunningGateway.StartAsync();
        await gateway.PutAsync("Patient", RunningGateway.SystemOf("patient"), "x");

        using var answer = await gateway.SendAsync(Source, Encoding.UTF8.GetBytes("""
            {"meta":{"messageId":"m1","when":"2026-03-02T09:00:00Z","type":"medical.document-download"},"patients":[
              {"patientId":"p","externalId":"x","status":"completed","documents":[
                {"id":"a","status":"current"},{"id":"odd","status":"archived"},{"id":"b"},{"fileName":"nameless.xml"}]}]}
            """));

        Assert.True(answer.IsSuccessStatusCode);
        var deliveries = await gateway.SettledAsync(Source);
        Assert.Equal([DeliveryState.Delivered, DeliveryState.Parked, DeliveryState.Dead], deliveries.Select(delivery => delivery.State));
        Assert.Equal("concept map metriport-status", deliveries[1].WaitsFor);
        Assert.Contains("is missing", deliveries[2].Outcome, StringComparison.Ordinal);
        Assert.Equal(
            ["a", "b"],
            (await gateway.AllAsync("DocumentReference")).Select(
                d => d.GetProperty("masterIdentifier").GetProperty("value").GetString()).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("""{"code":"entered-in-error"}""")]
    [InlineData("""["superseded","current"]""")]
    [InlineData("5")]
    public async Task A_document_whose_status_came_in_another_shape_is_not_shown_as_current(string status)
    {
        await using var gateway = await RunningGateway.StartAsync();
        await gateway.PutAsync("Patient", RunningGateway.SystemOf("patient"), "x");

        using var answer = await gateway.SendAsync(Source, Encoding.UTF8.GetBytes($$"""
            {"meta":{"messageId":"m1","when":"2026-03-02T09:00:00Z","type":"medical.document-download"},"patients":[
              {"patientId":"p","externalId":"x","status":"completed","documents":[
                {"id":"odd","status":{{status}}},{"id":"a","status":["superseded"]},{"id":"b","status":[]}]}]}
            """));

        var deliveries = await gateway.SettledAsync(Source);
        Assert.Equal([DeliveryState.Delivered, DeliveryState.Parked], deliveries.Select(delivery => delivery.State));
        Assert.Equal("concept map metriport-status", deliveries[1].WaitsFor);
        Assert.Equal(
            ["a superseded", "b current"],
            (await gateway.AllAsync("DocumentReference")).Select(
                d => $"{d.GetProperty("masterIdentifier").GetProperty("value")} {d.GetProperty("status")}").Order(StringComparer.Ordinal));
    }
}
