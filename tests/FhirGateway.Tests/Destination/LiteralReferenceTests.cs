using System.Text.Json;
using FhirGateway.Ledger;
using FhirGateway.Sandbox;
using FhirGateway.Testing;

namespace FhirGateway.Tests.Destination;

/// <summary>References that name a resource by its id: the site's own, from an appointment or a correlation.</summary>
public sealed class LiteralReferenceTests
{
    [Fact]
    public async Task A_reference_to_the_destination_itself_is_sent_without_its_address()
    {
        const string Source = "hami";
        var sandbox = new SandboxServer(TimeProvider.System);
        var sent = new List<string>();
        using var destination = new InterceptedSandbox(sandbox, async (request, cancellationToken) =>
        {
            if (request.Method == HttpMethod.Post) sent.Add(await request.Content!.ReadAsStringAsync(cancellationToken));
            if (!request.RequestUri!.AbsolutePath.EndsWith("Appointment", StringComparison.Ordinal)) return null;
            using var inner = new HttpMessageInvoker(new SandboxHandler(sandbox, "http://sandbox.invalid/fhir"));
            using var found = await inner.SendAsync(new HttpRequestMessage(HttpMethod.Get, request.RequestUri), cancellationToken);
            var text = await found.Content.ReadAsStringAsync(cancellationToken);
            return ScriptedServer.Json(200, text.Replace("\"Patient/", "\"http://sandbox.invalid/fhir/Patient/", StringComparison.Ordinal));
        });
        await using var gateway = await RunningGateway.StartAsync(sandbox: sandbox, destination: destination);
        await Samples.PrepareAsync(gateway, Source);

        await gateway.SendAsync(Source, Samples.Demo(Source));
        await gateway.UntilStateAsync(Source, DeliveryState.Delivered);

        Assert.DoesNotContain("\"reference\":\"http", sent[^1], StringComparison.Ordinal);
        var patient = Assert.Single(await gateway.AllAsync("Patient")).GetProperty("id").GetString();
        Assert.Equal(
            $"Patient/{patient}",
            Assert.Single(await gateway.AllAsync("Composition")).GetProperty("subject").GetProperty("reference").GetString());
    }

    [MedplumFact]
    public async Task A_note_for_an_id_that_nobody_has_waits_for_it()
    {
        const string Source = "nabla";
        using var server = new OtherServer(await MedplumRouter.EmptyServerAsync());
        await using var gateway = await RunningGateway.StartAsync(server.Settings());
        var request = JsonElement.Parse(Samples.Demo(Source).Span).GetProperty("data").GetProperty("client_request_id").GetString()!;
        using var correlated = await gateway.ApiAsync(
            HttpMethod.Put, $"api/sources/{Source}/correlations/{request}", """{ "patient": "Patient/ghost" }""");
        Assert.True(correlated.IsSuccessStatusCode);

        await gateway.SendAsync(Source, Samples.Demo(Source));

        var parked = Assert.Single(await gateway.UntilStateAsync(Source, DeliveryState.Parked));
        Assert.Equal("Patient?_id=ghost", parked.WaitsFor);
        Assert.Empty(await server.AllAsync("Composition"));
    }
}
