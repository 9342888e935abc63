using System.Net;
using System.Text;
using System.Text.Json;
using FhirGateway.Ledger;
using FhirGateway.Tests.Destination;

namespace FhirGateway.Tests.Api;

/// <summary>Whoever knows that something has come says so, and what waits for it goes on at once.</summary>
public sealed class ArrivalEndpointTests : IAsyncLifetime
{
    private static readonly string System = RunningGateway.SystemOf("Patient");
    private RunningGateway _gateway = null!;

    // By itself it would ask after ten hours.
    public async ValueTask InitializeAsync() =>
        _gateway = await RunningGateway.StartAsync(new() { ["Gateway:Delivery:ParkedRetry"] = "10:00:00" });

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Theory]
    [InlineData("POST", "api/arrived", """{"resourceType":"Patient","id":"7","identifier":[{"value":"x"},{"system":"SYSTEM","value":"pat-1"}]}""")]
    [InlineData("PUT", "api/arrived/Patient/7", """{"resourceType":"Patient","id":"7","identifier":[{"system":"SYSTEM","value":"pat-1"}]}""")]
    [InlineData("POST", "api/arrived", """{"type":"Patient","identifier":{"system":"SYSTEM","value":"pat-1"}}""")]
    [InlineData("POST", "api/arrived", """{"reference":"Patient/7","identifier":{"system":"SYSTEM","value":"pat-1"}}""")]
    [InlineData("POST", "api/arrived", """
        {"resourceType":"Bundle","type":"history","entry":[{"fullUrl":"urn:uuid:1"},{"resource":{"resourceType":"Parameters"}},
        {"resource":{"resourceType":"Patient","identifier":[{"system":"SYSTEM","value":"pat-1"}]}}]}
        """)]
    public async Task What_a_subscription_or_a_person_says_wakes_what_waits_for_it_at_once(string method, string path, string body)
    {
        var told = body.Replace("SYSTEM", System, StringComparison.Ordinal);
        await ParkAsync();
        await ComeAsync();

        using var answer = await _gateway.ApiAsync(new HttpMethod(method), path, told);

        Assert.Equal((HttpStatusCode.Accepted, (1, 0)), (answer.StatusCode, await CountsAsync(answer)));
        await _gateway.UntilStateAsync(Notes.Source, DeliveryState.Delivered);
        using var again = await _gateway.ApiAsync(new HttpMethod(method), path, told);
        Assert.Equal((0, 0), await CountsAsync(again));
    }

    [Fact]
    public async Task A_call_without_a_body_asks_for_all_that_is_waited_for_at_once()
    {
        await ParkAsync();
        await ComeAsync();

        using var answer = await _gateway.ApiAsync(HttpMethod.Post, "api/arrived");

        Assert.Equal((HttpStatusCode.Accepted, (0, 1)), (answer.StatusCode, await CountsAsync(answer)));
        await _gateway.UntilStateAsync(Notes.Source, DeliveryState.Delivered);
    }

    [Fact]
    public async Task Somebody_elses_arrival_wakes_nobody_and_one_too_soon_is_parked_again()
    {
        await ParkAsync();

        using var other = await _gateway.ApiAsync(
            HttpMethod.Post, "api/arrived", $$"""{"resourceType":"Patient","identifier":[{"system":"{{System}}","value":"PAT-1"}]}""");
        Assert.Equal((0, 0), await CountsAsync(other));
        using var soon = await _gateway.ApiAsync(
            HttpMethod.Post, "api/arrived", $$"""{"resourceType":"Patient","identifier":[{"system":"{{System}}","value":"pat-1"}]}""");
        Assert.Equal((1, 0), await CountsAsync(soon));

        await _gateway.UntilAsync(Notes.Source, deliveries => deliveries is [{ State: DeliveryState.Parked, Attempts: 2 }]);
    }

    [Theory]
    [InlineData("not json", HttpStatusCode.BadRequest)]
    [InlineData("[]", HttpStatusCode.BadRequest)]
    [InlineData("{}", HttpStatusCode.BadRequest)]
    [InlineData("""{"reference":"nonsense"}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"type":"Patient"}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"type":"Pat?x","identifier":{"value":"1"}}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"type":"Patient","identifier":{"value":"\ud800"}}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"resourceType":"Patient","resourceType":"Device"}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"resourceType":"Patient","identifier":"1"}""", HttpStatusCode.Accepted)]
    [InlineData("""{"resourceType":"Patient","identifier":[null,{"system":1,"value":2}]}""", HttpStatusCode.Accepted)]
    [InlineData("""{"resourceType":"OperationOutcome"}""", HttpStatusCode.Accepted)]
    [InlineData("""{"resourceType":"Bundle","entry":[null,{"resource":null},{"resource":7}]}""", HttpStatusCode.Accepted)]
    public async Task Odd_bodies_get_a_problem_document_or_wake_nobody(string body, HttpStatusCode expected)
    {
        using var answer = await _gateway.ApiAsync(HttpMethod.Post, "api/arrived", body);

        Assert.Equal(expected, answer.StatusCode);
        if (expected == HttpStatusCode.Accepted) Assert.Equal((0, 0), await CountsAsync(answer));
        else Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task A_body_that_is_too_long_or_coded_is_refused_before_it_is_read()
    {
        using var longer = await _gateway.ApiAsync(HttpMethod.Post, "api/arrived", new string(' ', 5 * 1024 * 1024));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, longer.StatusCode);

        using var coded = new HttpRequestMessage(HttpMethod.Post, new Uri(_gateway.Url, "api/arrived"))
        {
            Content = new StringContent("{}", Encoding.UTF8, "application/fhir+json") { Headers = { { "Content-Encoding", "gzip" } } },
            Headers = { { "Authorization", "Bearer " + Token() } },
        };
        using var refused = await _gateway.Http.SendAsync(coded);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, refused.StatusCode);
    }

    private static string Token() =>
        Mapping.Proofs.BearerScheme.Token(RunningGateway.ApiKey, TimeProvider.System.GetUtcNow());

    private async Task ParkAsync()
    {
        await _gateway.PutAsync("Encounter", RunningGateway.SystemOf("Encounter"), "enc-1", Samples.Encounter);
        await Notes.SendAsync(_gateway, Notes.Of("pat-1", "enc-1"));
        await _gateway.UntilStateAsync(Notes.Source, DeliveryState.Parked);
    }

    private Task ComeAsync() => _gateway.PutAsync("Patient", System, "pat-1");

    private static async Task<(int Woken, int AskedFor)> CountsAsync(HttpResponseMessage answer)
    {
        var json = JsonElement.Parse(await answer.Content.ReadAsByteArrayAsync());
        return (json.GetProperty("woken").GetInt32(), json.GetProperty("askedFor").GetInt32());
    }
}
