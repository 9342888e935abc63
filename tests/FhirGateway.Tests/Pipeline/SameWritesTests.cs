using System.Text.Json;
using FhirGateway.Ledger;
using FhirGateway.Sandbox;
using FhirGateway.Tests.Destination;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace FhirGateway.Tests.Pipeline;

/// <summary>One identity is always written in one way: two ways make doubles that no later request can pass.</summary>
public sealed class SameWritesTests : IDisposable
{
    private const string Url = "http://sandbox.invalid/fhir";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fhirgateway-tests-");
    private readonly SandboxServer _sandbox = new(TimeProvider.System);

    [Theory]
    [InlineData("ClientIds", "Conditional", "by ClientIds")]
    [InlineData("ClientIds", "LookedUp", "by ClientIds")]
    [InlineData(null, "ClientIds", "by their identifiers")]
    [InlineData("LookedUp", "ClientIds", "by their identifiers")]
    public async Task What_a_destination_holds_is_not_written_in_another_way(string? before, string after, string words)
    {
        await DeliverAsync(before);

        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(after));

        var sentence = Assert.Single(failure.Failures);
        Assert.StartsWith($"Gateway:Destination:Strategy:Writes is {after}, and sandbox.invalid holds", sentence, StringComparison.Ordinal);
        Assert.Contains(words, sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Conditional", "LookedUp")]
    [InlineData("LookedUp", null)]
    [InlineData("ClientIds", "ClientIds")]
    [InlineData("ClientIds", null)]
    public async Task A_way_that_finds_what_is_there_may_follow_and_the_note_is_there_once(string? before, string? after)
    {
        await DeliverAsync(before);

        await using var gateway = await StartAsync(after);
        await Notes.SendAsync(gateway, Notes.Of("pat-1", summary: "00000000-0000-4000-8000-000000000002", text: "Slept badly."));
        await gateway.UntilAsync(
            Notes.Source, deliveries => deliveries.Count == 2 && deliveries.All(each => each.State == DeliveryState.Delivered));

        Assert.Contains("Slept badly", Assert.Single(await gateway.AllAsync("Composition")).GetRawText(), StringComparison.Ordinal);
        if (after is not null) return;
        using var answer = await gateway.ApiAsync(HttpMethod.Get, "api/destinations");
        var writes = JsonElement.Parse(await answer.Content.ReadAsStringAsync())
            .GetProperty("destinations")[0].GetProperty("strategy").GetProperty("writes").GetProperty("is").GetString();
        Assert.Equal(before == "ClientIds" ? "ClientIds" : "Conditional", writes);
    }

    [Fact]
    public async Task A_ledger_of_an_earlier_program_says_that_its_resources_were_written_by_identifiers()
    {
        await DeliverAsync(null);
        await using (var connection = new SqliteConnection($"Data Source={Path.Combine(_folder.FullName, "ledger.db")};Pooling=False"))
        {
            await connection.OpenAsync();
            await using var forget = connection.CreateCommand();
            forget.CommandText = "DELETE FROM learnt";
            await forget.ExecuteNonQueryAsync();
        }

        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync("ClientIds"));

        Assert.Contains("by their identifiers", Assert.Single(failure.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_server_may_be_written_in_another_way()
    {
        await DeliverAsync(null);

        await using var gateway = await StartAsync("ClientIds", "http://another.invalid/fhir");
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private async Task DeliverAsync(string? writes)
    {
        await using var gateway = await StartAsync(writes);
        await gateway.PutAsync("Patient", RunningGateway.SystemOf("Patient"), "pat-1");
        await gateway.PutAsync("Encounter", RunningGateway.SystemOf("Encounter"), "pat-1", Samples.Encounter);
        await Notes.SendAsync(gateway, Notes.Of("pat-1", summary: "00000000-0000-4000-8000-000000000001"));
        await gateway.UntilStateAsync(Notes.Source, DeliveryState.Delivered);
    }

    private Task<RunningGateway> StartAsync(string? writes, string url = Url) => RunningGateway.StartAsync(
        new() { ["Gateway:Destination:BaseUrl"] = url, ["Gateway:Destination:Strategy:Writes"] = writes },
        _sandbox,
        Path.Combine(_folder.FullName, "ledger.db"),
        new SandboxHandler(_sandbox, url));
}
