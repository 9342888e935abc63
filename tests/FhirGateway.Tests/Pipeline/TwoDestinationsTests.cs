using System.Text.Json;
using FhirGateway.Ledger;
using FhirGateway.Sandbox;
using FhirGateway.Tests.Destination;
using Microsoft.Extensions.Options;
using static FhirGateway.Tests.Pipeline.TwoDestinations;

namespace FhirGateway.Tests.Pipeline;

/// <summary>Two destinations side by side: each gets its own sources' notes and no other's, and neither waits for the other.</summary>
public sealed class TwoDestinationsTests
{
    [Fact]
    public async Task Each_note_goes_to_its_sources_own_destination_and_what_one_lacks_the_other_does_not_give()
    {
        var (here, north) = (new SandboxServer(TimeProvider.System), new SandboxServer(TimeProvider.System));
        await using var gateway = await StartAsync(here, new SandboxHandler(north, North));
        await AdmitAsync(ClientOf(here, "http://sandbox.invalid/fhir"), "pat-1");

        await SendAsync(gateway, Here, "pat-1");
        await SendAsync(gateway, There, "pat-1");

        await gateway.UntilStateAsync(Here, DeliveryState.Delivered);
        var parked = Assert.Single(await gateway.UntilStateAsync(There, DeliveryState.Parked));
        Assert.StartsWith("Patient?identifier=", parked.WaitsFor, StringComparison.Ordinal);

        // The same identifier in another hospital is another person: only her own arrival wakes it.
        var client = ClientOf(north, North);
        await AdmitAsync(client, "pat-1");
        await gateway.UntilStateAsync(There, DeliveryState.Delivered);
        Assert.Single(await gateway.AllAsync("Composition"));
        Assert.Equal(1, (await client.SearchAsync("Composition", [])).Body!.Value.GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task One_that_hangs_holds_nothing_of_the_other_whichever_of_them_it_is()
    {
        foreach (var hangs in new[] { Here, There })
        {
            var (here, north) = (new SandboxServer(TimeProvider.System), new SandboxServer(TimeProvider.System));
            await AdmitAsync(ClientOf(here, "http://sandbox.invalid/fhir"), "pat-1");
            await AdmitAsync(ClientOf(north, North), "pat-1");
            using var mended = new CancellationTokenSource();
            HttpMessageHandler Wire(SandboxServer server, string url, bool isHung) => isHung
                ? new HangingDestination(mended.Token) { InnerHandler = new SandboxHandler(server, url) }
                : new SandboxHandler(server, url);
            await using var gateway = await StartAsync(
                here, Wire(north, North, hangs == There), Wire(here, "http://sandbox.invalid/fhir", hangs == Here));
            var fine = hangs == Here ? There : Here;

            // More than are worked at once, so that one queue for both would be full of those that hang.
            for (var i = 0; i < 40; i++) await SendAsync(gateway, hangs, "pat-1", $"hanging-{i}");
            for (var i = 0; i < 5; i++) await SendAsync(gateway, fine, "pat-1", $"fine-{i}");

            await gateway.UntilAsync(
                fine, deliveries => deliveries.Count == 5 && deliveries.All(each => each.State is DeliveryState.Delivered));
            Assert.DoesNotContain(
                await gateway.Ledger.DeliveriesAsync(new DeliveryFilter(hangs)), each => each.State == DeliveryState.Delivered);

            await mended.CancelAsync();
            await gateway.UntilAsync(
                hangs, deliveries => deliveries.Count == 40 && deliveries.All(each => each.State is DeliveryState.Delivered));
        }
    }

    [Fact]
    public async Task One_that_would_lose_notes_is_refused_alone_and_each_shows_its_own_strategy_and_health()
    {
        var here = new SandboxServer(TimeProvider.System);
        await using var gateway = await StartAsync(
            here,
            new LossyServer(new SandboxServer(TimeProvider.System), North),
            more: [("Gateway:Destinations:north:Probe", "on"), ("Gateway:Destinations:north:Strategy:Entries", "20")]);
        await AdmitAsync(ClientOf(here, "http://sandbox.invalid/fhir"), "pat-1");

        var shown = await gateway.UntilAsync(
            async () =>
            {
                using var answer = await gateway.ApiAsync(HttpMethod.Get, "api/destinations");
                return JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("destinations");
            },
            all => all[1].GetProperty("refused").ValueKind == JsonValueKind.String);
        await SendAsync(gateway, Here, "pat-1");
        await gateway.UntilStateAsync(Here, DeliveryState.Delivered);

        Assert.Equal(
            [("default", "sandbox.invalid"), ("north", "north.invalid")],
            shown.EnumerateArray().Select(each => (each.GetProperty("name").GetString()!, each.GetProperty("host").GetString()!)));
        Assert.Equal(JsonValueKind.Null, shown[0].GetProperty("strategy").GetProperty("entries").GetProperty("is").ValueKind);
        Assert.Contains(
            "set Gateway:Destinations:north:Strategy:Writes", shown[1].GetProperty("refused").GetString(), StringComparison.Ordinal);
        Assert.Equal(20, shown[1].GetProperty("strategy").GetProperty("entries").GetProperty("is").GetInt32());
        using var health = await gateway.Http.GetAsync("health/ready");
        var checks = JsonElement.Parse(await health.Content.ReadAsStringAsync()).GetProperty("checks");
        Assert.Equal("healthy", checks.GetProperty("destination").GetProperty("status").GetString());
        Assert.Equal("degraded", checks.GetProperty("destination:north").GetProperty("status").GetString());
    }

    [Fact]
    public async Task What_one_holds_is_not_written_in_another_way_and_the_sentence_names_it()
    {
        var folder = Directory.CreateTempSubdirectory("fhirgateway-tests-");
        var ledger = Path.Combine(folder.FullName, "ledger.db");
        var north = new SandboxServer(TimeProvider.System);
        await AdmitAsync(ClientOf(north, North), "pat-1");
        await using (var gateway = await StartAsync(
            new SandboxServer(TimeProvider.System), new SandboxHandler(north, North), ledger: ledger))
        {
            await SendAsync(gateway, There, "pat-1");
            await gateway.UntilStateAsync(There, DeliveryState.Delivered);
        }

        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(
            new SandboxServer(TimeProvider.System), new SandboxHandler(north, North), ledger: ledger,
            more: [("Gateway:Destinations:north:Strategy:Writes", "ClientIds")]));

        Assert.StartsWith(
            "Gateway:Destinations:north:Strategy:Writes is ClientIds, and north.invalid holds", Assert.Single(failure.Failures), StringComparison.Ordinal);
        folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData(HttpRequestError.SecureConnectionError, "CaFile")]
    [InlineData(HttpRequestError.ResponseEnded, "ClientCertificate")]
    public async Task Where_no_connection_comes_about_the_note_says_which_of_its_destinations_settings_to_look_at(
        HttpRequestError error, string setting)
    {
        using var refusing = new ScriptedServer(_ => throw new HttpRequestException(error));
        await using var gateway = await StartAsync(new SandboxServer(TimeProvider.System), refusing);

        await SendAsync(gateway, There, "pat-1");

        var waiting = await gateway.UntilAsync(There, all => all is [{ State: DeliveryState.Pending, Reason: not null }]);
        Assert.Contains($"Gateway:Destinations:north:{setting}", waiting[0].Reason, StringComparison.Ordinal);
    }
}
