using System.Net;
using System.Text.Json;
using FhirGateway.Ledger;

namespace FhirGateway.Tests.Pipeline;

/// <summary>A note whose vendor names no patient waits until the site says whose it is.</summary>
public sealed class CorrelationTests
{
    private const string Source = "nabla";

    [Fact]
    public async Task The_note_is_parked_by_name_and_goes_out_as_soon_as_its_correlation_is_registered()
    {
        // Asked again only after hours by itself: what releases it here is the registration.
        await using var gateway = await RunningGateway.StartAsync(new() { ["Gateway:Delivery:ParkedRetry"] = "10:00:00" });
        var sample = GatewayHost.Vendors.Find(Source)!.Samples.Single(sample => sample.IsDemo);
        var correlation = sample.Found["Correlation"];
        await gateway.PutAsync("Patient", RunningGateway.SystemOf("Patient"), correlation.GetProperty("patient").GetString()!);
        await gateway.PutAsync(
            "Practitioner", RunningGateway.SystemOf("Practitioner"), correlation.GetProperty("practitioner").GetString()!);
        await gateway.PutAsync(
            "Encounter", RunningGateway.SystemOf("Encounter"), correlation.GetProperty("encounter").GetString()!,
            """ "status": "finished", "class": { "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB" } """);
        await gateway.SendAsync(Source, sample.Body);
        var parked = Assert.Single(await gateway.UntilStateAsync(Source, DeliveryState.Parked));
        Assert.StartsWith("correlation:", parked.WaitsFor, StringComparison.Ordinal);
        Assert.Empty(await gateway.AllAsync("DocumentReference"));

        var key = parked.WaitsFor!["correlation:".Length..];
        using var answer = await gateway.ApiAsync(
            HttpMethod.Put, $"api/sources/{Source}/correlations/{Uri.EscapeDataString(key)}", correlation.GetRawText());

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(1, JsonElement.Parse(await answer.Content.ReadAsByteArrayAsync()).GetProperty("released").GetInt32());
        await gateway.UntilStateAsync(Source, DeliveryState.Delivered);
        Assert.Single(await gateway.AllAsync("DocumentReference"));
    }
}
