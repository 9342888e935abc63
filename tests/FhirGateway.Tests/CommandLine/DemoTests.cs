using System.Globalization;
using FhirGateway.CommandLine;
using FhirGateway.Destination;
using FhirGateway.Mapping;
using FhirGateway.Testing;

namespace FhirGateway.Tests.CommandLine;

/// <summary>The demonstration is the main job, end to end: a real webhook of every vendor in, FHIR resources out.</summary>
public sealed class DemoTests
{
    [Fact]
    public async Task Every_vendor_is_delivered_to_the_sandbox()
    {
        await using var demo = await Demo.StartAsync(destination: null, port: 0);

        var results = await demo.RunAsync();

        Assert.Equal(
            GatewayHost.Vendors.Vendors.Select(vendor => vendor.Name),
            results.Select(result => result.Vendor).Order(StringComparer.Ordinal));
        Assert.All(results, result => Assert.True(result.Succeeded, $"{result.Vendor}: {result.Status} {result.State} {result.Reason}"));
        using var http = new HttpClient();
        foreach (var link in results.SelectMany(result => result.Resources))
        {
            Assert.True((await http.GetAsync(new Uri(link))).IsSuccessStatusCode, link);
        }
    }

    [HapiFact]
    public async Task On_hapi_a_second_demonstration_adds_nothing()
    {
        var first = await RunAsync();
        var before = await CountsAsync();

        var second = await RunAsync();
        var after = await CountsAsync();

        Assert.Equal(before, after);
        Assert.Contains(before, count => count.Key.EndsWith(" DocumentReference", StringComparison.Ordinal) && count.Value != "0");
        Assert.Equal(Written(first), Written(second));
        foreach (var type in new[] { "DocumentReference", "Composition", "MedicationStatement", "Provenance", "Device" })
            Assert.Contains(Written(first), link => link.Contains($"/{type}/", StringComparison.Ordinal));
    }

    private static IEnumerable<string> Written(IReadOnlyList<DemoResult> results) =>
        results.SelectMany(result => result.Resources).Order(StringComparer.Ordinal);

    private static async Task<IReadOnlyList<DemoResult>> RunAsync()
    {
        await using var demo = await Demo.StartAsync(Requirements.Hapi, port: 0);
        var results = await demo.RunAsync();
        Assert.All(results, result => Assert.True(result.Succeeded, $"{result.Vendor}: {result.Status} {result.State} {result.Reason}"));
        return results;
    }

    // Only what carries the demonstration's own identifiers: others use the same server at the same time.
    private static async Task<IReadOnlyDictionary<string, string>> CountsAsync()
    {
        using var http = new HttpClient { BaseAddress = new Uri(Requirements.Hapi + "/") };
        var client = new FhirClient(http);
        var counts = new Dictionary<string, string>();
        foreach (var type in new[] { "Patient", "Encounter", "Appointment", "Practitioner" })
            counts[type] = await CountAsync(client, type, $"https://demo.fhirgateway.example/{type.ToLowerInvariant()}|");
        foreach (var source in GatewayHost.Vendors.Vendors.Select(vendor => "demo-" + vendor.Name))
        {
            foreach (var type in new[] { "DocumentReference", "Composition", "MedicationStatement" })
                counts[$"{source} {type}"] = await CountAsync(client, type, $"urn:fhir-gateway:{source}:{Words.Kebab(type)}|");
        }

        return counts;
    }

    private static async Task<string> CountAsync(FhirClient client, string type, string token)
    {
        var answer = await client.SearchAsync(type, [("identifier", token), ("_summary", "count")]);
        Assert.True(answer.IsSuccess, $"{type} {answer.Status}");
        return answer.Body!.Value.GetProperty("total").GetInt32().ToString(CultureInfo.InvariantCulture);
    }
}
