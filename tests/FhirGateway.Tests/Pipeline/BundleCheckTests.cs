using System.Text;
using System.Text.Json.Nodes;
using FhirGateway.Destination;
using FhirGateway.Pipeline;
using FhirGateway.Sandbox;
using FhirGateway.Settings;
using FhirGateway.Sources;
using FhirGateway.Tests.Destination;

namespace FhirGateway.Tests.Pipeline;

public sealed class BundleCheckTests
{
    private const string Source = "insight-health";

    [Theory]
    [InlineData("PUT", "Composition?identifier=urn%3Ac%7C1", "PUT", "Composition?identifier=urn%3Ac%7C1", "Composition?identifier=urn:c|1")]
    [InlineData("PUT", "Composition?identifier=urn%3Ac%7C1", "PATCH", "Composition?identifier=urn:c%7C1", "Composition?identifier=urn:c|1")]
    [InlineData("PUT", "Provenance/1", "PUT", "Provenance/1", "Provenance/1")]
    public void One_resource_written_twice_is_refused_by_name(string method, string url, string otherMethod, string otherUrl, string named)
    {
        var problem = Assert.Single(BundleChecks.WritesEachResourceOnce(Bundle((method, url), (otherMethod, otherUrl)), AnySource));

        Assert.Contains(named, problem.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_created_twice_on_one_condition_is_refused() =>
        Assert.Single(BundleChecks.WritesEachResourceOnce(new OutgoingBundle(Encoding.UTF8.GetBytes("""
            { "entry": [ { "fullUrl": "urn:uuid:1", "request": { "method": "POST", "url": "Device", "ifNoneExist": "identifier=a" } },
                         { "fullUrl": "urn:uuid:2", "request": { "method": "POST", "url": "Device", "ifNoneExist": "identifier=a" } } ] }
            """)), AnySource));

    [Fact]
    public async Task The_gateway_asks_every_check()
    {
        await using var gateway = await RunningGateway.StartAsync();

        Assert.Equal(
            [nameof(BundleChecks.ReadsBackUnchanged), nameof(BundleChecks.WritesEachResourceOnce), nameof(Conformance.Check)],
            gateway.Checks.Select(check => check.Method.Name));
    }

    [Fact]
    public void Different_resources_pass() =>
        Assert.Empty(BundleChecks.WritesEachResourceOnce(Bundle(
            ("PUT", "Composition?identifier=a"), ("PUT", "Composition?identifier=b"), ("PUT", "DocumentReference?identifier=a"),
            ("POST", "Binary"), ("POST", "Binary")), AnySource));

    [Fact]
    public async Task A_destination_that_drops_an_entry_and_answers_one_fewer_has_not_confirmed_the_delivery()
    {
        var sandbox = new SandboxServer(TimeProvider.System);
        var drops = true;
        using var destination = new InterceptedSandbox(sandbox, async (request, cancellationToken) =>
        {
            if (request.Method != HttpMethod.Post || !drops) return null;

            // Everything else is written, the answer is a success; only its length tells.
            var bundle = JsonNode.Parse(await request.Content!.ReadAsStringAsync(cancellationToken))!;
            if (bundle["entry"]!.AsArray().Count == 1) return null;
            bundle["entry"]!.AsArray().RemoveAt(bundle["entry"]!.AsArray().Count - 1);
            using var fewer = new HttpRequestMessage(
                HttpMethod.Post,
                request.RequestUri)
            { Content = new StringContent(bundle.ToJsonString(), Encoding.UTF8, "application/fhir+json") };
            using var inner = new HttpMessageInvoker(new SandboxHandler(sandbox, "http://sandbox.invalid/fhir"));
            return await inner.SendAsync(fewer, cancellationToken);
        });
        await using var gateway = await RunningGateway.StartAsync(
            new() { ["Gateway:Delivery:LongestWait"] = "00:00:00.1" }, sandbox, destination: destination);
        await Samples.PrepareAsync(gateway, Source);
        await gateway.SendAsync(Source, Samples.Demo(Source));

        await gateway.UntilAsync(
            Source, deliveries => deliveries is [{ Reason: { } reason }] && reason.Contains("confirmed", StringComparison.Ordinal));
        Assert.Empty(await gateway.AllAsync("Provenance"));

        drops = false;
        await gateway.UntilStateAsync(Source, Ledger.DeliveryState.Delivered);
        Assert.Single(await gateway.AllAsync("Provenance"));
    }

    private static Source AnySource { get; } =
        new(Source, new SourceOptions { Vendor = Source }, GatewayHost.Vendors.Find(Source)!);

    private static OutgoingBundle Bundle(params (string Method, string Url)[] requests) => new(Encoding.UTF8.GetBytes(new JsonObject
    {
        ["entry"] = new JsonArray([.. requests.Select((request, i) => new JsonObject
        {
            ["fullUrl"] = $"urn:uuid:{i}",
            ["request"] = new JsonObject { ["method"] = request.Method, ["url"] = request.Url },
        })]),
    }.ToJsonString()));
}
