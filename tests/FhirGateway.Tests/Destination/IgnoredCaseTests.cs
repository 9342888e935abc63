using FhirGateway.Destination;
using FhirGateway.Settings;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace FhirGateway.Tests.Destination;

/// <summary>Whether a server's searches ignore case: taken for exact while they do, notes are written over others.</summary>
public sealed class IgnoredCaseTests
{
    private const string System = "urn:Devices";

    [Theory]
    [InlineData("urn:Devices", StringComparison.Ordinal, "gateway", false)]
    [InlineData("urn:Devices", StringComparison.OrdinalIgnoreCase, "gateway", true)]
    [InlineData("URN:DEVICES", StringComparison.OrdinalIgnoreCase, "gateway", true)]
    [InlineData("urn:Devices", StringComparison.OrdinalIgnoreCase, "GATEWAY", true)]
    [InlineData("urn:Devices", StringComparison.Ordinal, "17", true)]
    public async Task A_server_that_ignores_the_case_of_values_is_known_whatever_it_does_with_systems(
        string alsoTaken, StringComparison ofValues, string device, bool expected)
    {
        using var server = new ScriptedServer(request => Search(request, device, (system, value) =>
            (system == System || system == alsoTaken) && value.Equals(device, ofValues)));

        Assert.Equal(expected, await KnownAsync(server, device, times: 1));
    }

    [Fact]
    public async Task A_server_that_does_not_find_a_new_device_yet_is_not_taken_for_an_exact_one()
    {
        var asked = 0;
        using var server = new ScriptedServer(request => Search(request, "gateway", (_, value) =>
            ++asked > 1 && value.Equals("gateway", StringComparison.OrdinalIgnoreCase)));

        Assert.True(await KnownAsync(server, "gateway", times: 2));
    }

    private static HttpResponseMessage Search(HttpRequestMessage request, string device, Func<string, string, bool> finds)
    {
        var asked = Condition.Parse($"{request.RequestUri!.Segments[^1]}{request.RequestUri.Query}")!.Query[0].Value.Split('|');
        return ScriptedServer.Json(200, finds(asked[0], asked[1])
            ? $$"""{ "resourceType": "Bundle", "entry": [ { "resource": { "resourceType": "Device", "id": "1", "identifier": [ """
                + $$"""{ "system": "{{System}}", "value": "{{device}}" } ] } } ] }"""
            : """{ "resourceType": "Bundle" }""");
    }

    /// <summary>The last of so many answers.</summary>
    private static async Task<bool> KnownAsync(ScriptedServer server, string device, int times)
    {
        var settings = Options.Create(new GatewaySettings());
        using var client = DestinationClient.Create(
            new DestinationOptions(), new Uri("https://fhir.example/fhir"), server,
            new DestinationPause(settings, TimeProvider.System, NullLogger<DestinationPause>.Instance),
            new ConcurrencyLimit(settings, TimeProvider.System),
            TimeProvider.System);
        var memory = new DestinationMemory(
            _ => Task.FromResult<IReadOnlyDictionary<string, (string, DateTimeOffset)>>(new Dictionary<string, (string, DateTimeOffset)>()), (_, _) => Task.CompletedTask);
        using var known = new KnownDestination(
            new FhirServer(new FhirClient(client)), new DestinationOptions(), memory, TimeProvider.System, NullLogger<KnownDestination>.Instance);
        var there = Condition.Parse($"Device?identifier={System}|{device}")!;
        var answer = false;
        for (var i = 0; i < times; i++) answer = await known.IgnoresCaseAsync(there, CancellationToken.None);
        return answer;
    }
}
