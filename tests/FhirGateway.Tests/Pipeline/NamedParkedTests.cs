using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using FhirGateway.Ledger;
using FhirGateway.Sandbox;
using static FhirGateway.Tests.Pipeline.TwoDestinations;

namespace FhirGateway.Tests.Pipeline;

/// <summary>What parked deliveries of a named destination wait for is asked for as at the default one: of its own server, and of it alone.</summary>
public sealed class NamedParkedTests : IAsyncLifetime
{
    private readonly SandboxServer _here = new(TimeProvider.System);
    private readonly SandboxServer _north = new(TimeProvider.System);
    private readonly ConcurrentQueue<string> _searchesHere = new();
    private readonly ConcurrentQueue<string> _searchesThere = new();
    private RunningGateway _gateway = null!;

    // By itself it would ask after ten hours.
    public async ValueTask InitializeAsync() => _gateway = await StartAsync(
        _here,
        new Listening(_searchesThere) { InnerHandler = new SandboxHandler(_north, North) },
        new Listening(_searchesHere) { InnerHandler = new SandboxHandler(_here, "http://sandbox.invalid/fhir") },
        more: ("Gateway:Delivery:ParkedRetry", "10:00:00"));

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task Forty_notes_for_forty_patients_cost_a_few_searches_there_none_here_and_no_attempts()
    {
        const int Many = 40;
        for (var i = 0; i < Many; i++) await SendAsync(_gateway, There, $"pat-{i}");
        await ParkedAsync(There, Many);
        for (var i = 0; i < Many; i += 2) await AdmitAsync(ClientOf(_north, North), $"pat-{i}");
        (await ParkedAsync(There, Many)).ToList().ForEach(each => Assert.Equal(1, each.Attempts));
        _searchesHere.Clear();
        _searchesThere.Clear();

        Assert.Equal((HttpStatusCode.Accepted, 0, Many), await TellAsync("api/destinations/north/arrived"));
        var asked = await _gateway.UntilAsync(() => Task.FromResult(Grouped(_searchesThere)), all => all.Count > 0);

        var parked = await _gateway.UntilAsync(
            There, all => all.Count == Many && all.Count(each => each.State == DeliveryState.Delivered) == Many / 2);
        Assert.All(parked.Where(each => each.State == DeliveryState.Parked), each => Assert.Equal(1, each.Attempts));
        Assert.InRange(asked.Count, 1, 4);
        Assert.Empty(_searchesHere);
    }

    [Fact]
    public async Task Who_says_where_it_came_wakes_only_what_waits_there_and_who_does_not_wakes_all()
    {
        var came = $$"""{"type":"Patient","identifier":{"value":"pat-1","system":"{{RunningGateway.SystemOf("Patient")}}" } }""";
        await SendAsync(_gateway, Here, "pat-1");
        await SendAsync(_gateway, There, "pat-1");
        await ParkedAsync(Here, 1);
        await ParkedAsync(There, 1);

        Assert.Equal((HttpStatusCode.Accepted, 1, 0), await TellAsync("api/destinations/north/arrived", came));
        await ParkedAsync(There, 1, attempts: 2);
        await ParkedAsync(Here, 1, attempts: 1);

        Assert.Equal((HttpStatusCode.Accepted, 1, 0), await TellAsync("api/destinations/Default/arrived", came));
        await ParkedAsync(Here, 1, attempts: 2);

        Assert.Equal((HttpStatusCode.Accepted, 2, 0), await TellAsync("api/arrived", came));
        await ParkedAsync(Here, 1, attempts: 3);
        await ParkedAsync(There, 1, attempts: 3);
        Assert.Equal((HttpStatusCode.Accepted, 0, 2), await TellAsync("api/arrived"));
    }

    [Fact]
    public async Task A_subscription_of_its_server_reaches_it_by_the_path_and_a_name_that_is_not_there_is_told()
    {
        await SendAsync(_gateway, There, "pat-1");
        await ParkedAsync(There, 1);
        await AdmitAsync(ClientOf(_north, North), "pat-1");
        var patient = JsonSerializer.Serialize(new
        {
            resourceType = "Patient",
            id = "pat-1",
            identifier = new[] { new { system = RunningGateway.SystemOf("Patient"), value = "pat-1" } },
        });

        using var nowhere = await _gateway.ApiAsync(HttpMethod.Put, "api/destinations/south/arrived/Patient/pat-1", patient);
        Assert.Equal(HttpStatusCode.NotFound, nowhere.StatusCode);
        using var there = await _gateway.ApiAsync(HttpMethod.Put, "api/destinations/north/arrived/Patient/pat-1", patient);
        Assert.Equal(HttpStatusCode.Accepted, there.StatusCode);

        await _gateway.UntilStateAsync(There, DeliveryState.Delivered);
    }

    private Task<IReadOnlyList<DeliveryView>> ParkedAsync(string source, int count, int attempts = 1) => _gateway.UntilAsync(
        source, all => all.Count == count && all.All(each => each.State == DeliveryState.Parked && each.Attempts == attempts));

    private async Task<(HttpStatusCode Status, int Woken, int AskedFor)> TellAsync(string path, string? body = null)
    {
        using var answer = await _gateway.ApiAsync(HttpMethod.Post, path, body);
        var told = JsonElement.Parse(await answer.Content.ReadAsByteArrayAsync());
        return (answer.StatusCode, told.GetProperty("woken").GetInt32(), told.GetProperty("askedFor").GetInt32());
    }

    private static List<string> Grouped(IEnumerable<string> searches) =>
        [.. searches.Where(each => each.Contains(',', StringComparison.Ordinal))];

    /// <summary>Notes what is searched for.</summary>
    private sealed class Listening(ConcurrentQueue<string> searches) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Method == HttpMethod.Get) searches.Enqueue(Uri.UnescapeDataString(request.RequestUri!.PathAndQuery));
            return base.SendAsync(request, cancellationToken);
        }
    }
}
