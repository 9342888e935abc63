using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace FhirGateway.Tests.Api;

/// <summary>Tokens signed with a key that both sides hold: those of the API, and by the same check those of a source.</summary>
public sealed class TokenTests
{
    private static readonly DateTime Now = TimeProvider.System.GetUtcNow().UtcDateTime;
    private static readonly DateTime After2038 = new(2040, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    [Theory]
    [InlineData(SecurityAlgorithms.HmacSha256, HttpStatusCode.OK)]
    [InlineData(SecurityAlgorithms.RsaSha256, HttpStatusCode.Unauthorized)]
    [InlineData("none", HttpStatusCode.Unauthorized)]
    public async Task The_api_takes_the_algorithms_of_shared_keys_only(string algorithm, HttpStatusCode expected) =>
        Assert.Equal(expected, await AskAsync(Token(ApiKey, Now.AddHours(1), algorithm)));

    [Fact]
    public async Task A_token_without_an_expiry_is_refused() =>
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(Token(ApiKey, expires: null)));

    [Fact]
    public async Task A_token_may_expire_after_2038() => Assert.Equal(HttpStatusCode.OK, await AskAsync(Token(ApiKey, After2038)));

    private static byte[] ApiKey => Encoding.UTF8.GetBytes(RunningGateway.ApiKey);

    private static async Task<HttpStatusCode> AskAsync(string token)
    {
        await using var gateway = await RunningGateway.StartAsync();
        using var answer = await gateway.ApiAsync(HttpMethod.Get, "api/deliveries", token: token);
        return answer.StatusCode;
    }

    private static string Token(byte[] key, DateTime? expires, string algorithm = SecurityAlgorithms.HmacSha256) =>
        new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Expires = expires,
            SigningCredentials = algorithm switch
            {
                "none" => null,
                SecurityAlgorithms.RsaSha256 => new SigningCredentials(new RsaSecurityKey(RSA.Create(2048)), algorithm),
                _ => new SigningCredentials(new SymmetricSecurityKey(key), algorithm),
            },
        });
}
