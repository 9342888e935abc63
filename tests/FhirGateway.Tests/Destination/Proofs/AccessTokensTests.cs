using System.Net;
using System.Text.Json;
using FhirGateway.Destination.Proofs;
using FhirGateway.Sandbox;
using FhirGateway.Settings;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace FhirGateway.Tests.Destination.Proofs;

/// <summary>How long an access token is used, and who asks for the next one.</summary>
public sealed class AccessTokensTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());
    private readonly KeyFiles _keys = new();
    private readonly GuardedSandbox _server = new(new SandboxServer(TimeProvider.System));

    public void Dispose()
    {
        _keys.Dispose();
        _server.Dispose();
    }

    [Theory]
    [InlineData("300", 300)]
    [InlineData(null, 300)]
    [InlineData("null", 300)]
    [InlineData("\"soon\"", 300)]
    [InlineData("{}", 300)]
    [InlineData("true", 300)]
    [InlineData("\"3600\"", 3600)]
    [InlineData("3600.0", 3600)]
    [InlineData("299.5", 299.5)]
    [InlineData("0", 30)]
    [InlineData("-1", 30)]
    [InlineData("86400", 3600)]
    [InlineData("1e400", 3600)]
    [InlineData("9223372036854775808", 3600)]
    public void A_token_is_used_as_long_as_its_server_says_within_bounds(string? expiresIn, double seconds)
    {
        var answer = JsonElement.Parse(expiresIn is null ? "{}" : $$"""{ "expires_in": {{expiresIn}} }""");
        Assert.Equal(TimeSpan.FromSeconds(seconds), AccessToken.LifetimeOf(answer));
    }

    [Fact]
    public async Task However_many_ask_at_once_one_token_is_asked_for()
    {
        var given = new TaskCompletionSource<HttpResponseMessage>();
        _server.Answer = _ => given.Task;
        var tokens = New();

        var asking = Enumerable.Range(0, 50).Select(_ => tokens.GetAsync(default)).ToList();
        given.SetResult(GuardedSandbox.Token(1));

        Assert.All(await Task.WhenAll(asking), token => Assert.Equal("secret-token-1", token.Value));
        Assert.Equal(1, _server.Asked);
    }

    [Fact]
    public async Task The_next_token_is_asked_for_before_the_last_one_ends_and_nobody_waits_for_it()
    {
        var tokens = New();
        await tokens.GetAsync(default);
        var next = new TaskCompletionSource<HttpResponseMessage>();
        _server.Answer = _ => next.Task;

        _clock.Advance(TimeSpan.FromSeconds(224));
        Assert.Equal("secret-token-1", (await tokens.GetAsync(default)).Value);
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("secret-token-1", (await tokens.GetAsync(default)).Value);

        _clock.Advance(TimeSpan.FromSeconds(80));
        var waits = tokens.GetAsync(default);
        Assert.False(waits.IsCompleted);
        next.SetResult(GuardedSandbox.Token(2));
        Assert.Equal("secret-token-2", (await waits).Value);
        Assert.Equal(2, _server.Asked);
    }

    [Fact]
    public async Task A_token_that_holds_is_used_though_the_next_one_can_not_be_had()
    {
        var tokens = New();
        await tokens.GetAsync(default);
        _server.Answer = _ => Task.FromResult(ScriptedServer.Json(503));

        _clock.Advance(TimeSpan.FromSeconds(290));
        Assert.Equal("secret-token-1", (await tokens.GetAsync(default)).Value);
        _clock.Advance(TimeSpan.FromSeconds(20));
        await Assert.ThrowsAsync<ProofException>(() => tokens.GetAsync(default));
    }

    [Fact]
    public async Task A_token_endpoint_that_fails_is_not_asked_by_every_delivery()
    {
        _server.Answer = _ => Task.FromResult(ScriptedServer.Json(503));
        var tokens = New();

        for (var i = 0; i < 20; i++) await Assert.ThrowsAsync<ProofException>(() => tokens.GetAsync(default));
        Assert.Equal(1, _server.Asked);

        _clock.Advance(TimeSpan.FromSeconds(2));
        _server.Answer = number => Task.FromResult(GuardedSandbox.Token(number));
        Assert.Equal("secret-token-2", (await tokens.GetAsync(default)).Value);
    }

    [Fact]
    public async Task A_token_that_was_revoked_is_renewed_once_for_all_who_are_refused()
    {
        using var client = new HttpClient(new TokenHandler(New()) { InnerHandler = _server });
        await client.GetAsync(new Uri(GuardedSandbox.Base + "/metadata"));
        _server.Takes = token => token == "secret-token-2";
        _clock.Advance(TimeSpan.FromSeconds(30));

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(_ => client.GetAsync(new Uri(GuardedSandbox.Base + "/metadata"))));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.Equal(2, _server.Asked);
    }

    [Fact]
    public async Task Where_the_new_token_is_refused_too_one_has_tried_it_for_all()
    {
        using var client = new HttpClient(new TokenHandler(New()) { InnerHandler = _server });
        await client.GetAsync(new Uri(GuardedSandbox.Base + "/metadata"));
        var gate = new TaskCompletionSource();
        var arrived = 0;
        _server.Takes = _ => false;
        _server.Before = async token =>
        {
            // Nobody is answered before all have sent the old token.
            if (token != "secret-token-1") return;
            if (Interlocked.Increment(ref arrived) == 20) gate.SetResult();
            await gate.Task;
        };
        _clock.Advance(TimeSpan.FromSeconds(30));

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(_ => client.GetAsync(new Uri(GuardedSandbox.Base + "/metadata"))));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode));
        Assert.Equal((2, 1 + 20 + 1), (_server.Asked, _server.Sent));
    }

    private AccessTokens New()
    {
        var settings = new GatewaySettings
        {
            Destination = new DestinationOptions
            {
                BaseUrl = GuardedSandbox.Base,
                BackendServices = new() { ClientId = KeyFiles.Client, KeyFile = _keys["current"] },
            },
        };
        var keys = new ClientKeys(settings.Destination, _clock, NullLogger<ClientKeys>.Instance);
        var endpoint = new TokenEndpoint(settings.Destination, keys, TokenEndpoint.Client(_server), _clock);
        return new AccessTokens(endpoint, BackendServicesOptions.NeededScope, _clock, NullLogger.Instance);
    }
}
