using System.IdentityModel.Tokens.Jwt;
using System.Net;
using System.Text;
using System.Text.Json;
using FhirGateway.Ledger;
using FhirGateway.Mapping.Proofs;
using Microsoft.IdentityModel.Tokens;

namespace FhirGateway.Tests.Api;

/// <summary>The gateway's own routes: closed to strangers, and what the team that runs it can ask and do.</summary>
public sealed class ApiTests
{
    public static TheoryData<string, string> Routes => new()
    {
        { "PUT", "api/sources/nabla/correlations/1" },
        { "GET", "api/deliveries" },
        { "GET", "api/deliveries/1" },
        { "POST", "api/deliveries/1/replay" },
        { "POST", "api/deliveries/1/decision" },
        { "POST", "api/arrived" },
        { "PUT", "api/arrived/Patient/1" },
        { "GET", "api/messages/1" },
    };

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Nobody_gets_in_without_a_token_of_the_configured_key(string method, string path)
    {
        var now = TimeProvider.System.GetUtcNow();
        await using var gateway = await RunningGateway.StartAsync();
        string[] tokens =
        [
            "",
            "nonsense",
            BearerScheme.Token("another-key-of-sufficient-length-0123456789", now),
            BearerScheme.Token(RunningGateway.ApiKey, now.AddHours(-2)),
            Unsigned(now),
        ];

        foreach (var token in tokens)
        {
            using var answer = await gateway.ApiAsync(new HttpMethod(method), path, token: token);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        }
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task It_is_closed_to_everybody_when_no_key_is_configured(string method, string path)
    {
        await using var gateway = await RunningGateway.StartAsync(new() { ["Gateway:Api:SigningKey"] = "" });

        using var answer = await gateway.ApiAsync(new HttpMethod(method), path);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task A_delivery_tells_its_attempts_and_reason_and_its_message_but_not_the_body()
    {
        // Parked for long: while it is asked about, nothing may try it again.
        await using var gateway = await RunningGateway.StartAsync(new() { ["Gateway:Delivery:ParkedRetry"] = "00:10:00" });
        await gateway.SendAsync("insight-health", Samples.Demo("insight-health"));
        var parked = Assert.Single(await gateway.UntilStateAsync("insight-health", DeliveryState.Parked));

        var list = await JsonAsync(gateway, "api/deliveries?state=parked&source=insight-health");
        var one = await JsonAsync(gateway, $"api/deliveries/{parked.Id}");
        var message = await JsonAsync(gateway, $"api/messages/{parked.MessageId}");

        Assert.Equal(parked.Id, Assert.Single(list.GetProperty("deliveries").EnumerateArray()).GetProperty("id").GetString());
        Assert.Equal("parked", one.GetProperty("delivery").GetProperty("state").GetString());
        Assert.NotEmpty(one.GetProperty("delivery").GetProperty("reason").GetString()!);
        Assert.NotEmpty(one.GetProperty("attempts").EnumerateArray());
        Assert.Equal(Samples.Demo("insight-health").Length, message.GetProperty("message").GetProperty("bodyBytes").GetInt32());
        Assert.DoesNotContain("sections", message.GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("api/deliveries/none", HttpStatusCode.NotFound)]
    [InlineData("api/messages/none", HttpStatusCode.NotFound)]
    [InlineData("api/deliveries?state=odd", HttpStatusCode.BadRequest)]
    [InlineData("api/deliveries?state=1", HttpStatusCode.BadRequest)]
    [InlineData("api/deliveries?state=", HttpStatusCode.BadRequest)]
    [InlineData("api/deliveries?state=dead,odd", HttpStatusCode.BadRequest)]
    [InlineData("api/deliveries?state=dead,", HttpStatusCode.BadRequest)]
    [InlineData("api/deliveries?state=dead,4", HttpStatusCode.BadRequest)]
    public async Task What_is_not_there_or_not_understood_is_a_problem_document(string path, HttpStatusCode expected)
    {
        await using var gateway = await RunningGateway.StartAsync();

        using var answer = await gateway.ApiAsync(HttpMethod.Get, path);

        Assert.Equal(expected, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task Several_states_list_what_is_in_any_of_them()
    {
        await using var gateway = await RunningGateway.StartAsync(new() { ["Gateway:Delivery:ParkedRetry"] = "00:10:00" });
        await gateway.SendAsync("insight-health", Samples.Demo("insight-health"));
        await gateway.UntilStateAsync("insight-health", DeliveryState.Parked);

        Assert.Single((await JsonAsync(gateway, "api/deliveries?state=dead,parked")).GetProperty("deliveries").EnumerateArray());
        Assert.Empty((await JsonAsync(gateway, "api/deliveries?state=dead,delivered")).GetProperty("deliveries").EnumerateArray());
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Plain_http_is_refused_before_a_token_is_looked_at(string method, string path)
    {
        await using var gateway = await RunningGateway.StartAsync(new() { ["Gateway:Receiving:AllowHttp"] = "false" });

        foreach (var token in (string?[])["", null])
        {
            using var answer = await gateway.ApiAsync(new HttpMethod(method), path, token: token);
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Answers_are_not_for_browsers_to_guess_at_or_keep()
    {
        await using var gateway = await RunningGateway.StartAsync();

        using var answer = await gateway.ApiAsync(HttpMethod.Get, "api/deliveries");

        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.True(answer.Headers.CacheControl!.NoStore);
        Assert.False(answer.Headers.Contains("Server"));
    }

    private static async Task<JsonElement> JsonAsync(RunningGateway gateway, string path)
    {
        using var answer = await gateway.ApiAsync(HttpMethod.Get, path);
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        Assert.True(answer.IsSuccessStatusCode, Encoding.UTF8.GetString(bytes));
        return JsonElement.Parse(bytes);
    }

    private static string Unsigned(DateTimeOffset now) =>
        $"{Base64UrlEncoder.Encode("""{"alg":"none","typ":"JWT"}""")}"
            + $".{new JwtPayload(null, null, [], now.UtcDateTime, now.UtcDateTime.AddHours(1)).Base64UrlEncode()}.";
}
