using System.Text.Json;
using System.Text.Json.Nodes;
using FhirGateway.Ledger;

namespace FhirGateway.Tests.Pipeline;

/// <summary>A newer note replaces the older one, never the other way round, in whatever order they come.</summary>
public sealed class VersionTests
{
    private const string Source = "hami";

    [Fact]
    public async Task A_later_version_supersedes_and_an_older_one_that_comes_late_is_never_current()
    {
        await using var gateway = await RunningGateway.StartAsync();
        await Samples.PrepareAsync(gateway, Source);

        await SendAsync(gateway, "2026-03-02T10:00:00Z", "the second version", 1);
        await SendAsync(gateway, "2026-03-02T11:00:00Z", "the third version", 2);
        await SendAsync(gateway, "2026-03-02T09:00:00Z", "the first version, late", 3);

        var documents = await gateway.AllAsync("DocumentReference");
        Assert.Equal(3, documents.Count);
        var current = Assert.Single(documents, document => document.GetProperty("status").ValueEquals("current"));
        Assert.Equal(2, documents.Count(document => document.GetProperty("status").ValueEquals("superseded")));
        Assert.StartsWith("2026-03-02T11:00:00", current.GetProperty("date").GetString(), StringComparison.Ordinal);

        var composition = Assert.Single(await gateway.AllAsync("Composition"));
        Assert.Contains("the third version", composition.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain("late", composition.GetRawText(), StringComparison.Ordinal);

        // The medications of a version that is not current any more must not look current.
        var medications = await gateway.AllAsync("MedicationStatement");
        var active = medications.Where(medication => medication.GetProperty("status").ValueEquals("active")).ToList();
        Assert.NotEmpty(active);
        Assert.All(
            active,
            medication =>
                Assert.StartsWith("2026-03-02T11:00:00", medication.GetProperty("dateAsserted").GetString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_version_after_a_late_one_does_not_leave_the_newest_before_it_current()
    {
        await using var gateway = await RunningGateway.StartAsync();
        await Samples.PrepareAsync(gateway, Source);

        await SendAsync(gateway, "2026-03-02T11:00:00Z", "the newest", 1);
        await SendAsync(gateway, "2026-03-02T09:00:00Z", "late", 2);
        await SendAsync(gateway, "2026-03-02T12:00:00Z", "the next", 3);

        var documents = await gateway.AllAsync("DocumentReference");
        var current = Assert.Single(documents, document => document.GetProperty("status").ValueEquals("current"));
        Assert.StartsWith("2026-03-02T12:00:00", current.GetProperty("date").GetString(), StringComparison.Ordinal);
        var newest = documents.Single(document => document.GetProperty("date").GetString()!.Contains("T11:", StringComparison.Ordinal));
        Assert.Equal(
            $"DocumentReference/{newest.GetProperty("id").GetString()}",
            current.GetProperty("relatesTo")[0].GetProperty("target").GetProperty("reference").GetString());
    }

    private static async Task SendAsync(RunningGateway gateway, string created, string complaint, int expected)
    {
        var body = JsonNode.Parse(Samples.Demo(Source).Span)!;
        body["dateCreated"] = created;
        body["intakeSummary"]!["Chief Complaint"] = complaint;
        using var answer = await gateway.SendAsync(Source, JsonSerializer.SerializeToUtf8Bytes(body));
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        await gateway.UntilAsync(
            Source, deliveries => deliveries.Count == expected && deliveries.All(delivery => delivery.State == DeliveryState.Delivered));
    }
}
