using System.Net;
using System.Security.Claims;
using FhirGateway.Api;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace FhirGateway.Tests.Api;

/// <summary>Tokens of an OpenID Connect authority, which changes its keys whenever it likes.</summary>
public sealed class AuthorityTests
{
    private const string Audience = "the-gateway";

    [Fact]
    public async Task The_first_token_of_a_new_key_is_taken()
    {
        var taken = 0;
        for (var gateways = 0; gateways < 4; gateways++)
        {
            using var authority = new Authority();
            await using var gateway = await StartAsync(authority);
            Assert.Equal(HttpStatusCode.OK, await AskAsync(gateway, authority.Token(Audience)));

            authority.ChangeKey();
            if (await AskAsync(gateway, authority.Token(Audience)) == HttpStatusCode.OK) taken++;
        }

        // IdentityModel compares two reads of the wall clock: where it goes back in between (virtual machines), the old keys stay once
        // more.
        Assert.InRange(taken, 3, 4);
    }

    [Fact]
    public async Task The_next_new_key_is_known_once_the_interval_between_lookups_is_over()
    {
        using var authority = new Authority();
        await using var gateway = await StartAsync(authority, betweenLookups: TimeSpan.FromSeconds(1));
        for (var changes = 0; changes < 3; changes++)
        {
            var began = TimeProvider.System.GetTimestamp();
            while (await AskAsync(gateway, authority.Token(Audience)) != HttpStatusCode.OK)
            {
                // The library's own interval is five minutes.
                Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(30), "The new key is still not known.");
                await Task.Delay(50);
            }

            authority.ChangeKey();
        }
    }

    [Fact]
    public async Task Tokens_of_unknown_keys_do_not_make_the_gateway_ask_the_authority_each_time()
    {
        using var authority = new Authority();
        using var stranger = new Authority();
        await using var gateway = await StartAsync(authority);
        Assert.Equal(HttpStatusCode.OK, await AskAsync(gateway, authority.Token(Audience)));

        for (var call = 0; call < 20; call++) Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(gateway, stranger.Token(Audience)));

        Assert.InRange(authority.KeysAsked, 1, 3);
    }

    [Fact]
    public async Task A_token_for_another_audience_or_from_another_issuer_is_refused()
    {
        using var authority = new Authority();
        await using var gateway = await StartAsync(authority);

        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(gateway, authority.Token("somebody-else")));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(gateway, authority.Token(Audience, issuer: "https://elsewhere.test")));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(gateway, authority.Token(Audience)));
    }

    [Fact]
    public async Task The_authoritys_public_key_is_not_a_secret_to_sign_with()
    {
        using var authority = new Authority();
        await using var gateway = await StartAsync(authority);
        Assert.Equal(HttpStatusCode.OK, await AskAsync(gateway, authority.Token(Audience)));

        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(gateway, authority.TokenSignedWithPublicKey(Audience)));
    }

    [Fact]
    public async Task An_authority_that_is_down_does_not_make_a_token_wrong_nor_touch_webhooks_or_health()
    {
        using var authority = new Authority { IsDown = true };
        await using var gateway = await StartAsync(authority);

        using var asked = await gateway.ApiAsync(HttpMethod.Get, "api/deliveries", token: authority.Token(Audience));
        using var again = await gateway.ApiAsync(HttpMethod.Get, "api/deliveries", token: authority.Token(Audience));
        using var withoutToken = await gateway.ApiAsync(HttpMethod.Get, "api/deliveries", token: "");
        Assert.Equal((503, 503, 401), ((int)asked.StatusCode, (int)again.StatusCode, (int)withoutToken.StatusCode));
        Assert.True(asked.Headers.RetryAfter?.Delta > TimeSpan.Zero);

        gateway.Http.DefaultRequestHeaders.Authorization = new("Bearer", authority.Token(Audience));
        using var webhook = await gateway.SendAsync("insight-health", Samples.Demo("insight-health"));
        using var live = await gateway.Http.GetAsync("health/live");
        using var ready = await gateway.Http.GetAsync("health/ready");
        Assert.Equal((204, 200, 200), ((int)webhook.StatusCode, (int)live.StatusCode, (int)ready.StatusCode));
    }

    [Fact]
    public async Task An_authority_that_comes_back_is_asked_again()
    {
        using var authority = new Authority { IsDown = true };
        await using var gateway = await StartAsync(authority);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await AskAsync(gateway, authority.Token(Audience)));

        authority.IsDown = false;

        await gateway.UntilAsync(() => AskAsync(gateway, authority.Token(Audience)), status => status == HttpStatusCode.OK);
    }

    private static async Task<HttpStatusCode> AskAsync(RunningGateway gateway, string token)
    {
        using var answer = await gateway.ApiAsync(HttpMethod.Get, "api/deliveries", token: token);
        return answer.StatusCode;
    }

    private static Task<RunningGateway> StartAsync(Authority authority, TimeSpan? betweenLookups = null) => RunningGateway.StartAsync(
        new() { ["Gateway:Api:SigningKey"] = "", ["Gateway:Api:Token:Authority"] = Authority.Url, ["Gateway:Api:Token:Audience"] = Audience },
        services: services => services.PostConfigure<JwtBearerOptions>(ApiAuthentication.Scheme, options =>
        {
            options.BackchannelHttpHandler = authority;
            if (betweenLookups is { } interval) options.RefreshInterval = interval;
        }));

    /// <summary>An authority that is asked without a network, with one key at a time.</summary>
    private sealed class Authority : HttpMessageHandler
    {
        public const string Url = "https://login.test";
        private static readonly JsonWebTokenHandler Tokens = new();
        private RsaSecurityKey _key = NewKey();

        public int KeysAsked { get; private set; }

        public bool IsDown { get; set; }

        public void ChangeKey() => _key = NewKey();

        public string Token(string audience, string issuer = Url) => Sign(audience, issuer, new(_key, SecurityAlgorithms.RsaSha256));

        public string TokenSignedWithPublicKey(string audience)
        {
            var secret = new SymmetricSecurityKey(_key.Rsa.ExportSubjectPublicKeyInfo()) { KeyId = _key.KeyId };
            return Sign(audience, Url, new(secret, SecurityAlgorithms.HmacSha256));
        }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (IsDown) throw new HttpRequestException("Connection refused");
            var path = request.RequestUri!.AbsolutePath;
            if (path == "/keys") KeysAsked++;
            var json = path == "/keys" ? Keys() : $$"""{"issuer":"{{Url}}","jwks_uri":"{{Url}}/keys"}""";
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(json) });
        }

        private static RsaSecurityKey NewKey() => new(System.Security.Cryptography.RSA.Create(2048)) { KeyId = Guid.NewGuid().ToString() };

        private static string Sign(string audience, string issuer, SigningCredentials credentials) =>
            Tokens.CreateToken(new SecurityTokenDescriptor
            {
                Issuer = issuer,
                Audience = audience,
                Subject = new ClaimsIdentity([new Claim("sub", "somebody")]),
                Expires = TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(1),
                SigningCredentials = credentials,
            });

        private string Keys()
        {
            var open = _key.Rsa.ExportParameters(includePrivateParameters: false);
            var (modulus, exponent) = (Base64UrlEncoder.Encode(open.Modulus), Base64UrlEncoder.Encode(open.Exponent));
            return $$"""{"keys":[{"kty":"RSA","use":"sig","kid":"{{_key.KeyId}}","n":"{{modulus}}","e":"{{exponent}}"}]}""";
        }
    }
}
