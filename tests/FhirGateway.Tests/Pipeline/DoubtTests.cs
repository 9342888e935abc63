using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;
using System.Text.Json;
using FhirGateway.Ledger;

namespace FhirGateway.Tests.Pipeline;

/// <summary>Whatever was odd about a message that went on all the same is kept, told and counted.</summary>
public sealed class DoubtTests
{
    [Fact]
    public async Task Doubts_and_drift_are_not_lost_once_a_note_is_delivered()
    {
        await using var gateway = await StartAsync();
        var counted = new ConcurrentDictionary<string, long>(StringComparer.Ordinal);
        using var meters =
            new MeterListener { InstrumentPublished = (instrument, listener) => { if (instrument.Name == "fhirgateway.payload.drift") listener.EnableMeasurementEvents(instrument); } };
        meters.SetMeasurementEventCallback<long>((_, value, tags, _) => counted.AddOrUpdate(
            string.Join(' ', tags.ToArray().Select(tag => tag.Value)), value, (_, sum) => sum + value));
        meters.Start();

        await SendAsync(gateway, "metriport", """
            {"meta":{"messageId":"m1","type":"medical.document-download"},"patients":[{"patientId":"p","externalId":"p","mood":"good","documents":[
              {"id":"a","status":"current","size":"big","mimeType":"x","pages":[1]},{"id":"b","pages":[2]}]}]}
            """);
        var delivery = Assert.Single(await gateway.UntilStateAsync("metriport", DeliveryState.Delivered));

        var doubts = (await AskAsync(gateway, delivery.Id)).GetProperty("doubts");
        Assert.Equal(
            ["/patients/0/documents/0/mimeType", "/patients/0/documents/0/size", "/patients/0/documents/1/status"],
            doubts.GetProperty("problems").EnumerateArray().Select(
                problem => problem.GetProperty("pointer").GetString()).Order(StringComparer.Ordinal));
        Assert.Equal(
            ["/patients/0/documents/0/pages/0", "/patients/0/documents/1/pages/0", "/patients/0/mood"],
            doubts.GetProperty("drift").EnumerateArray().Select(pointer => pointer.GetString()).Order(StringComparer.Ordinal));
        Assert.Equal(3, doubts.GetProperty("driftCount").GetInt32());
        Assert.Equal(2, counted["metriport /patients/*/documents/*/pages/*"]);
        Assert.Equal(1, counted["metriport /patients/*/mood"]);
    }

    [Fact]
    public async Task A_delivery_without_doubts_says_so()
    {
        await using var gateway = await StartAsync();

        await SendAsync(
            gateway, "metriport",
            """{"meta":{"messageId":"m1"},"patients":[{"patientId":"p","externalId":"p","documents":[{"id":"a","status":"current"}]}]}""");
        var delivery = Assert.Single(await gateway.UntilStateAsync("metriport", DeliveryState.Delivered));

        Assert.Equal(JsonValueKind.Null, (await AskAsync(gateway, delivery.Id)).GetProperty("doubts").ValueKind);
        Assert.False((await ShownAsync(gateway, delivery.Id)).GetProperty("hasDoubts").GetBoolean());
    }

    [Fact]
    public async Task A_kind_of_message_that_nobody_knows_does_not_pass_unseen()
    {
        await using var gateway = await StartAsync();

        await SendAsync(gateway, "metriport", """{"meta":{"messageId":"m1","type":"medical.brand-new"}}""");

        var delivery = Assert.Single(await gateway.SettledAsync("metriport"));
        Assert.Equal(DeliveryState.Acknowledged, delivery.State);
        Assert.Equal("/meta/type", (await AskAsync(gateway, delivery.Id)).GetProperty("doubts").GetProperty("drift")[0].GetString());
        Assert.True((await ShownAsync(gateway, delivery.Id)).GetProperty("hasDoubts").GetBoolean());
    }

    [Fact]
    public async Task Changed_content_under_a_known_id_does_not_pass_unseen()
    {
        await using var gateway = await StartAsync();
        await SendAsync(gateway, "nabla", Note("00000000-0000-4000-8000-000000000001", "stop drug A"));
        await SendAsync(gateway, "nabla", Note("00000000-0000-4000-8000-000000000002", "stop drug A")); // told twice
        var id = (await gateway.Ledger.DeliveriesAsync(new DeliveryFilter("nabla")))[^1].Id;
        Assert.Equal(JsonValueKind.Null, (await ShownAsync(gateway, id)).GetProperty("cameAgainChanged").ValueKind);

        await SendAsync(gateway, "nabla", Note("00000000-0000-4000-8000-000000000003", "start drug A"));

        var changed = (await ShownAsync(gateway, id)).GetProperty("cameAgainChanged");
        Assert.Equal(1, changed.GetProperty("times").GetInt32());
        var duplicate = (await gateway.Ledger.DeliveriesAsync(new DeliveryFilter("nabla")))[0];
        Assert.Equal((DeliveryState.Duplicate, id), (duplicate.State, duplicate.FirstDeliveryId));
        Assert.Contains("with other content", duplicate.Reason, StringComparison.Ordinal);
        Assert.Equal(duplicate.MessageId, changed.GetProperty("lastMessageId").GetString());
    }

    private static string Note(string id, string plan) => """
        {"id":"EVENT","created_at":"2026-03-02T09:41:17Z","type":"generate_note_async.succeeded","data":{"id":"c8b1f6d4-2e73-4a59-b0c6-8d7e6f5a4b32",
         "client_request_id":"r","status":"SUCCEEDED","payload":{"note":{"title":"Visit","sections":[{"key":"PLAN","title":"Plan","text":"SAID"}]}}}}
        """.Replace("EVENT", id, StringComparison.Ordinal).Replace("SAID", plan, StringComparison.Ordinal);

    private static async Task<RunningGateway> StartAsync()
    {
        var gateway = await RunningGateway.StartAsync();
        await gateway.PutAsync("Patient", RunningGateway.SystemOf("patient"), "p");
        return gateway;
    }

    private static async Task SendAsync(RunningGateway gateway, string vendor, string body)
    {
        using var answer = await gateway.SendAsync(vendor, Encoding.UTF8.GetBytes(body));
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static async Task<JsonElement> ShownAsync(RunningGateway gateway, string id) =>
        (await AskAsync(gateway, id)).GetProperty("delivery");

    private static async Task<JsonElement> AskAsync(RunningGateway gateway, string id)
    {
        using var answer = await gateway.ApiAsync(HttpMethod.Get, $"api/deliveries/{id}");
        return JsonElement.Parse(await answer.Content.ReadAsStringAsync());
    }
}
