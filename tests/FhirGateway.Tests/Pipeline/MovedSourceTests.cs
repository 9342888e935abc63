using System.Text.Json;
using FhirGateway.Destination;
using FhirGateway.Ledger;
using FhirGateway.Sandbox;
using FhirGateway.Tests.Destination;
using FhirGateway.Tests.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace FhirGateway.Tests.Pipeline;

/// <summary>A source that is given another destination: nothing is believed to lie there that was written elsewhere, and it is told.</summary>
public sealed class MovedSourceTests : IDisposable
{
    private const string Source = TwoDestinations.There;
    private const string Summary = "00000000-0000-4000-8000-00000000000";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fhirgateway-tests-");
    private readonly Dictionary<string, SandboxServer> _servers = new()
    {
        ["north"] = new SandboxServer(TimeProvider.System),
        ["south"] = new SandboxServer(TimeProvider.System),
    };

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Its_next_version_refers_to_nothing_that_is_not_there_and_the_one_before_is_told_of()
    {
        await AdmitAsync();
        using var logs = new CapturedLogs();
        await DeliverAsync("north", 1);

        var shown = await DeliverAsync("south", 2, logs);

        var only = Assert.Single(await DocumentsAsync("south"));
        Assert.Equal("current", only.GetProperty("status").GetString());
        Assert.False(only.TryGetProperty("relatesTo", out _));
        var left = Assert.Single(shown["south"].GetProperty("moved").EnumerateArray());
        Assert.Equal(
            (Source, "north.invalid"), (left.GetProperty("source").GetString(), left.GetProperty("from").GetString()));
        Assert.Empty(shown["north"].GetProperty("moved").EnumerateArray());
        Assert.Contains(logs.Lines, line =>
            line.Contains($"The source {Source} delivered to north.invalid until now", StringComparison.Ordinal)
            && line.Contains("stays current", StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_that_comes_back_ends_what_it_left_there()
    {
        await AdmitAsync();
        await DeliverAsync("north", 1);
        await DeliverAsync("south", 2);

        var shown = await DeliverAsync("north", 3);
        await DeliverAsync("north", 4);

        Assert.Equal(["current", "superseded", "superseded"], await StatusesAsync("north"));
        Assert.Equal(["current"], await StatusesAsync("south"));
        Assert.Single(shown["north"].GetProperty("moved").EnumerateArray());
        Assert.Empty(shown["south"].GetProperty("moved").EnumerateArray());
    }

    [Fact]
    public async Task One_that_stays_where_it_was_or_never_sent_anything_is_not_told_of()
    {
        await AdmitAsync();
        using var logs = new CapturedLogs();
        await using (var quiet = await StartAsync("south", logs)) Assert.NotNull(quiet);
        await DeliverAsync("north", 1, logs);
        var shown = await DeliverAsync("north", 2, logs);

        Assert.Equal(["current", "superseded"], await StatusesAsync("north"));
        Assert.All(shown.Values, each => Assert.Empty(each.GetProperty("moved").EnumerateArray()));
        Assert.DoesNotContain(logs.Lines, line => line.Contains("until now", StringComparison.Ordinal));
    }

    private FhirClient ClientOf(string name) => TwoDestinations.ClientOf(_servers[name], UrlOf(name));

    private static string UrlOf(string name) => $"http://{name}.invalid/fhir";

    // The patient has the same id on both, which proves nothing.
    private async Task AdmitAsync()
    {
        foreach (var name in _servers.Keys) await TwoDestinations.AdmitAsync(ClientOf(name), "pat-1");
    }

    /// <summary>Starts the gateway with the source at a destination, and delivers a version of one note there.</summary>
    private async Task<Dictionary<string, JsonElement>> DeliverAsync(string destination, int version, CapturedLogs? logs = null)
    {
        await using var gateway = await StartAsync(destination, logs);
        using var answer = await gateway.SendAsync(
            Notes.Source, Notes.Of("pat-1", summary: $"{Summary}{version}", text: $"Text {version}."), source: Source);
        Assert.True(answer.IsSuccessStatusCode);
        await gateway.UntilAsync(
            Source, all => all.Count(each => each.State == DeliveryState.Delivered) == all.Count && all[^1].Receipt is not null);
        using var shown = await gateway.ApiAsync(HttpMethod.Get, "api/destinations");
        return JsonElement.Parse(await shown.Content.ReadAsByteArrayAsync()).GetProperty("destinations").EnumerateArray()
            .ToDictionary(each => each.GetProperty("name").GetString()!);
    }

    private Task<RunningGateway> StartAsync(string destination, CapturedLogs? logs)
    {
        var settings = new Dictionary<string, string?>(RunningGateway.SettingsOf(Source, GatewayHost.Vendors.Find(Notes.Source)!))
        {
            [$"Gateway:Sources:{Source}:Destination"] = destination,
            ["Logging:LogLevel:Default"] = "Warning",
        };
        foreach (var name in _servers.Keys)
        {
            settings[$"Gateway:Destinations:{name}:BaseUrl"] = UrlOf(name);
            settings[$"Gateway:Destinations:{name}:Probe"] = "off";
        }

        return RunningGateway.StartAsync(settings, ledger: Path.Combine(_folder.FullName, "ledger.db"), logs: logs, services: services =>
        {
            foreach (var (name, server) in _servers)
                services.AddKeyedSingleton<HttpMessageHandler>(name, (_, _) => new SandboxHandler(server, UrlOf(name)));
        });
    }

    private async Task<IReadOnlyList<JsonElement>> DocumentsAsync(string name)
    {
        var answer = await ClientOf(name).SearchAsync("DocumentReference", [("_count", "200")]);
        return [.. answer.Body!.Value.GetProperty("entry").EnumerateArray().Select(entry => entry.GetProperty("resource").Clone())];
    }

    private async Task<IEnumerable<string>> StatusesAsync(string name) =>
        (await DocumentsAsync(name)).Select(document => document.GetProperty("status").GetString()!).Order(StringComparer.Ordinal);
}
