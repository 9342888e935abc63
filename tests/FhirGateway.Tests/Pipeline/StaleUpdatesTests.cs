using System.Text.Json;
using FhirGateway.Ledger;

namespace FhirGateway.Tests.Pipeline;

/// <summary>Documents that are updated in place, told of by a message that its vendor's people sent again long after newer ones.</summary>
public sealed class StaleUpdatesTests
{
    private const string Source = "metriport";
    private const string Earlier = "2026-03-01T09:00:00.000Z";
    private const string Later = "2026-03-02T09:00:00.000Z";

    [Fact]
    public async Task An_old_message_does_not_make_a_superseded_document_current_again_but_brings_what_was_not_known()
    {
        await using var gateway = await StartAsync();
        await DeliverAsync(gateway, Message("m2", Later, ("a", "superceded")));

        var old = await DeliverAsync(gateway, Message("m1", Earlier, ("a", "current"), ("b", "current")));

        Assert.Equal([("a", "superseded"), ("b", "current")], await StatusesAsync(gateway));
        Assert.Contains("left as they are", old.Receipt, StringComparison.Ordinal);
        Assert.Contains("DocumentReference/", old.Receipt, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_old_message_that_brings_nothing_new_is_delivered_and_says_so()
    {
        await using var gateway = await StartAsync();
        await DeliverAsync(gateway, Message("m2", Later, ("a", "superceded")));

        var old = await DeliverAsync(gateway, Message("m1", Earlier, ("a", "current")));

        Assert.Equal([("a", "superseded")], await StatusesAsync(gateway));
        var receipt = JsonElement.Parse(old.Receipt!);
        Assert.Equal(0, receipt.GetProperty("resources").GetArrayLength());
        Assert.Contains(
            "a later message", receipt.GetProperty("outcome").GetProperty("issue")[0].GetProperty("diagnostics").GetString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replaying_an_old_delivery_overwrites_nothing_newer_either()
    {
        await using var gateway = await StartAsync();
        var first = await DeliverAsync(gateway, Message("m1", Earlier, ("a", "current")));
        await DeliverAsync(gateway, Message("m2", Later, ("a", "superceded")));

        await gateway.Ledger.ReplayAsync(first.Id, "by hand");
        await gateway.UntilStateAsync(Source, DeliveryState.Delivered);

        Assert.Equal([("a", "superseded")], await StatusesAsync(gateway));
    }

    [Theory]
    [InlineData(Later)]
    [InlineData(Earlier, Later)]
    [InlineData("soon", "sooner")]
    public async Task What_is_not_older_updates(string when, string? whenOfNext = null)
    {
        await using var gateway = await StartAsync();
        await DeliverAsync(gateway, Message("m1", when, ("a", "current")));
        await DeliverAsync(gateway, Message("m2", whenOfNext ?? when, ("a", "superceded")));

        Assert.Equal([("a", "superseded")], await StatusesAsync(gateway));
    }

    private static async Task<RunningGateway> StartAsync()
    {
        var gateway = await RunningGateway.StartAsync();
        await gateway.PutAsync("Patient", RunningGateway.SystemOf("patient"), "MRN-1");
        return gateway;
    }

    private static async Task<DeliveryView> DeliverAsync(RunningGateway gateway, byte[] message)
    {
        await gateway.SendAsync(Source, message);
        return (await gateway.UntilStateAsync(Source, DeliveryState.Delivered))[^1];
    }

    private static async Task<IEnumerable<(string Id, string Status)>> StatusesAsync(RunningGateway gateway) =>
        (await gateway.AllAsync("DocumentReference"))
        .Select(document => (
            document.GetProperty("masterIdentifier").GetProperty("value").GetString()!, document.GetProperty("status").GetString()!))
        .Order();

    private static byte[] Message(string id, string when, params (string Id, string Status)[] documents) =>
        JsonSerializer.SerializeToUtf8Bytes(new
        {
            meta = new { messageId = id, when, type = "medical.document-download" },
            patients = new[] { new { patientId = "p1", externalId = "MRN-1", status = "completed", documents = documents.Select(
            d => new { id = d.Id, status = d.Status }) } },
        });
}
