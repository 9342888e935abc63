using System.Net;
using System.Text;
using System.Text.Json;
using FhirGateway.Ledger;

namespace FhirGateway.Tests.Receiving;

/// <summary>Messages of several events, one of which breaks the rules: the others must not be lost with it.</summary>
public sealed class PartlySoundTests
{
    [Fact]
    public async Task A_broken_element_of_an_array_is_dead_by_name_and_the_others_go_out()
    {
        await using var gateway = await RunningGateway.StartAsync();
        await gateway.PutAsync("Patient", RunningGateway.SystemOf("patient"), "h1");
        using var answer = await gateway.SendAsync(
            "human-api", Encoding.UTF8.GetBytes($"[{Note("")},{Note("h1")},{Note("h1", eventId: "")}]"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);

        var deliveries = await gateway.SettledAsync("human-api");
        Assert.Equal([DeliveryState.Dead, DeliveryState.Delivered, DeliveryState.Dead], deliveries.Select(delivery => delivery.State));
        Assert.Equal(["/0/humanId", "/2/eventId"], new[] { deliveries[0], deliveries[2] }.Select(dead =>
            JsonElement.Parse(dead.Outcome!).GetProperty("issue")[0].GetProperty("location")[0].GetString()));
        Assert.Single(await gateway.AllAsync("DocumentReference"));

        // Replayed under the same rules it ends the same.
        using var replayed = await gateway.ApiAsync(HttpMethod.Post, $"api/deliveries/{deliveries[2].Id}/replay");
        Assert.Equal(HttpStatusCode.Accepted, replayed.StatusCode);
        var again = (await gateway.SettledAsync("human-api"))[2];
        Assert.Equal((DeliveryState.Dead, 1), (again.State, again.Attempts));
        Assert.Contains("/2/eventId", again.Outcome, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broken_patient_of_a_message_is_dead_by_name_and_the_others_go_out()
    {
        await using var gateway = await RunningGateway.StartAsync();
        await gateway.PutAsync("Patient", RunningGateway.SystemOf("patient"), "MRN-1");
        using var answer = await gateway.SendAsync("metriport", """
            {"meta":{"messageId":"m1","when":"2026-03-02T09:00:00Z","type":"medical.document-download"},"patients":[
              {"externalId":"MRN-2","documents":[{"id":"d1","status":"current"}]},
              {"patientId":"p1","externalId":"MRN-1","documents":[{"id":"d2","status":"current"}]}]}
            """u8.ToArray());
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);

        Assert.Equal(
            [DeliveryState.Dead, DeliveryState.Delivered], (await gateway.SettledAsync("metriport")).Select(delivery => delivery.State));
        Assert.Single(await gateway.AllAsync("DocumentReference"));
    }

    [Fact]
    public async Task An_array_without_a_sound_element_is_refused_and_leaves_nothing()
    {
        await using var gateway = await RunningGateway.StartAsync();
        using var answer = await gateway.SendAsync("human-api", Encoding.UTF8.GetBytes($"[{Note("")}]"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Empty(await gateway.Ledger.MessagesAsync(new MessageFilter()));
    }

    private static string Note(string humanId, string eventId = "4d7a2c9e-61b8-4f35-a0d2-97e3c1b8f654") => $$$"""
        {"timestamp":"2026-03-02T14:07:09.318000","eventId":"{{{eventId}}}","orderId":"o1","eventType":"integrations.VendorNoteCreated","humanId":"{{{humanId}}}","eventPayload":{"note":"CALLED"}}
        """;
}
