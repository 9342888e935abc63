using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using FhirGateway.Sandbox.Tests.Contract;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace FhirGateway.Sandbox.Tests;

/// <summary>What is the sandbox's own, HAPI aside.</summary>
public sealed class SandboxServerTests
{
    private static readonly Dictionary<string, string> FhirJson = new(
        StringComparer.OrdinalIgnoreCase)
    { ["Content-Type"] = "application/fhir+json" };

    [Fact]
    public async Task It_says_that_it_is_not_a_production_server()
    {
        var metadata = (await FhirServer.Sandbox().Get("metadata")).Body!;
        Assert.True((bool)metadata["experimental"]!);
        Assert.Contains("never", (string?)metadata["description"], StringComparison.Ordinal);
        Assert.Contains("sandbox", (string?)metadata["software"]!["name"], StringComparison.Ordinal);
    }

    [Fact]
    public void A_body_over_the_limit_is_413()
    {
        var server = new SandboxServer(TimeProvider.System, new SandboxOptions { MaxBodyBytes = 100 });
        var answer = server.Handle(new SandboxRequest("POST", "http://x/fhir", "Patient", "", FhirJson, new byte[101]));
        Assert.Equal(413, answer.Status);
    }

    [Fact]
    public void Time_comes_from_the_clock_it_is_given()
    {
        var server = new SandboxServer(new FakeTimeProvider(new DateTimeOffset(2031, 2, 3, 4, 5, 6, 789, TimeSpan.Zero)));
        var answer = server.Handle(
            new SandboxRequest("POST", "http://x/fhir", "Patient", "", FhirJson, Encoding.UTF8.GetBytes("""{"resourceType":"Patient"}""")));
        var meta = JsonNode.Parse(answer.Body.Span)!["meta"]!;
        Assert.Equal("2031-02-03T04:05:06.789+00:00", (string?)meta["lastUpdated"]);
        Assert.Equal("Mon, 03 Feb 2031 04:05:06 GMT", answer.Headers["Last-Modified"]);
    }

    [Fact]
    public async Task Every_type_of_r4_is_stored_and_found()
    {
        var server = FhirServer.Sandbox();
        var types = (await server.Get("metadata")).Body!["rest"]![0]!["resource"]!.AsArray().Select(
            resource => (string)resource!["type"]!).ToList();
        Assert.True(types.Count > 140);
        foreach (var type in types.Where(type => type is not ("Parameters" or "OperationOutcome")))
        {
            var created = await server.Post(type, $$"""{"resourceType":"{{type}}","language":"en"}""");
            Assert.True(created.Status == 201, type + created.Diagnostics);
            Assert.True((await server.Get($"{type}?_id={created.Id}")).Total == 1, type);
        }
    }

    [Fact]
    public async Task Every_search_parameter_can_be_asked_for()
    {
        var server = FhirServer.Sandbox();
        foreach (var type in new[] { "Patient", "Encounter", "Composition", "DocumentReference", "MedicationStatement", "Provenance", "Observation", "Appointment", "ValueSet", "StructureDefinition" })
        {
            await server.Post(type, $$"""{"resourceType":"{{type}}","language":"en"}""");
            var parameters = (await server.Get("metadata")).Body!["rest"]![0]!["resource"]!.AsArray().Single(
                resource => (string?)resource!["type"] == type)!["searchParam"]!.AsArray();
            foreach (var name in parameters.Select(parameter => (string)parameter!["name"]!))
            {
                var found = await server.Get($"{type}?{name}:missing=true");
                Assert.True(found.Status == 200, $"{type}?{name}: {found.Diagnostics}");
            }
        }
    }

    [Theory]
    [InlineData(
        "POST", "", """{"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"POST","url":5},"resource":5}]}""")]
    [InlineData("POST", "", """{"resourceType":"Bundle","type":"batch","entry":[null,5,{"request":{"method":"GET","url":"?"}}]}""")]
    [InlineData(
        "POST", "",
        """{"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"PUT","url":"?x"},"resource":"""
            + """{"resourceType":"Patient"}}]}""")]
    [InlineData(
        "POST", "", """{"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"GET","url":"Patient/a/b/c/d/e"}}]}""")]
    [InlineData("POST", "Account", """{"resourceType":"Account","id":5,"meta":5,"subject":[{"reference":5}]}""")]
    [InlineData(
        "POST", "Patient",
        """{"resourceType":"Patient","meta":{"tag":[5,{}],"security":{}},"contained":[{"id":"x"},{"resourceType":5}]}""")]
    [InlineData("POST", "Encounter", """{"resourceType":"Encounter","subject":{"reference":"?"}}""")]
    [InlineData("POST", "Encounter", """{"resourceType":"Encounter","subject":{"reference":"Nonsense?a=b"}}""")]
    [InlineData("POST", "Patient", "\"\\ud800\"")]
    [InlineData("POST", "Patient", """{"resourceType":"Patient","birthDate":"\ud800"}""")]
    [InlineData("POST", "Patient", """{"resourceType":"Patient","nonsense":{"\ud800":1}}""")]
    [InlineData("PATCH", "Patient/x", """{"resourceType":"Parameters","parameter":[{"name":"operation","part":[{"name":"type"}]}]}""")]
    [InlineData("GET", "Patient?identifier=|||,\\&_id=%00&birthdate=ge", null)]
    [InlineData("GET", "Patient?_has:::=x", null)]
    [InlineData("GET", "Patient?name:::..x=y&_sort=-,&_count=99999999999", null)]
    [InlineData("GET", "Patient/%2F/_history/x/y", null)]
    [InlineData("TRACE", "Patient", null)]
    public async Task Hostile_requests_are_the_clients_fault(string method, string path, string? body)
    {
        var server = FhirServer.Sandbox();
        await server.Put("Patient/x", """{"resourceType":"Patient","id":"x","birthDate":"1980"}""");
        var reply = await server.Send(method, path, body);
        Assert.True(reply.Status < 500, $"{reply.Status} {reply.Diagnostics}");
    }

    [Theory]
    [InlineData("Patient.gender", "\"gender\":\"nonsense\"")]
    [InlineData("Patient.contact[0].gender", "\"contact\":[{\"gender\":\"nonsense\"}]")]
    [InlineData("Patient.birthDate", "\"birthDate\":\"2021-02-30\"")]
    [InlineData("Patient.deceased", "\"deceasedDateTime\":\"2021-02-30T23:59:60Z\"")]
    [InlineData("Patient.photo[0].data", "\"photo\":[{\"data\":\"%\"}]")]
    [InlineData(
        "Patient.text.div", "\"text\":{\"status\":\"generated\",\"div\":\"<div xmlns='http://www.w3.org/1999/xhtml'>a < b</div>\"}")]
    public async Task What_is_refused_names_the_element_at_fault(string element, string json)
    {
        var patient = $$"""{"resourceType":"Patient",{{json}}}""";
        var alone = await FhirServer.Sandbox().Post("Patient", patient);
        Assert.Equal(400, alone.Status);
        Assert.Equal(element, (string?)alone.Body!["issue"]![0]!["expression"]![0]);
        Assert.Contains(element, alone.Diagnostics, StringComparison.Ordinal);

        var bundled = await FhirServer.Sandbox().Transact($$$"""{"resource":{{{patient}}},"request":{"method":"POST","url":"Patient"}}""");
        Assert.Equal(400, bundled.Status);
        Assert.Equal("Bundle.entry[0].resource" + element["Patient".Length..], (string?)bundled.Body!["issue"]![0]!["expression"]![0]);
    }

    [Fact]
    public async Task Base64_with_blanks_comes_back_as_it_was_written()
    {
        var created = await FhirServer.Sandbox().Post("Binary", """{"resourceType":"Binary","contentType":"text/plain","data":"e3 0="}""");
        Assert.Equal("e3 0=", created.Text("data"));
    }

    [Fact]
    public async Task A_request_outside_of_the_base_is_404()
    {
        using var client = new HttpClient(new SandboxHandler(new SandboxServer(TimeProvider.System), "http://sandbox.test/fhir"));
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("http://sandbox.test/fhirx/metadata")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("http://sandbox.test/fhir/metadata")).StatusCode);
    }

    [Fact]
    public async Task Over_http_links_start_with_the_address_that_was_asked()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        app.MapSandbox("/fhir", new SandboxServer(TimeProvider.System));
        await app.StartAsync();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + "/fhir";
        using var client = new HttpClient(new SocketsHttpHandler());
        var server = new FhirServer(client, address);

        var created = await server.Put(
            "Patient?identifier=urn:x|1", """{"resourceType":"Patient","identifier":[{"system":"urn:x","value":"1"}]}""",
            ("X-Request-Id", "me"));
        Assert.Equal(201, created.Status);
        Assert.Equal("me", created.Headers["X-Request-Id"]);
        Assert.Equal($"{address}/Patient/{created.Id}/_history/1", created.Headers["Content-Location"]);
        Assert.Equal(1, (await server.Get("Patient?identifier=urn:x%7C1")).Total);
        var transaction = await server.Transact("""{"request":{"method":"GET","url":"Patient?identifier=urn:x|1"}}""");
        Assert.Equal(200, transaction.Status);
        Assert.Equal("CapabilityStatement", (string?)(await client.GetFromJsonAsync<JsonObject>(address + "/metadata"))!["resourceType"]);
    }
}
