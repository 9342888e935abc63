using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using FhirGateway.Settings;
using FhirGateway.Telemetry;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace FhirGateway.Destination.Proofs;

/// <summary>The gateway's own keys: one signs; the public half of each is published, so that a server knows the next in time.</summary>
public sealed class ClientKeys
{
    private const int ShortestRsa = 2048;

    // An assertion may be five minutes ahead at most. With four, a gateway whose clock is a minute ahead is believed still.
    private static readonly TimeSpan Holds = TimeSpan.FromMinutes(4);

    private readonly BackendServicesOptions? _options;
    private readonly TimeProvider _clock;
    private readonly ReadAgain<Keys> _keys;

    public ClientKeys(DestinationOptions destination, TimeProvider clock, ILogger<ClientKeys> logger)
    {
        (_options, _clock) = (destination.BackendServices, clock);
        _keys = new ReadAgain<Keys>(
            _options is null ? [] : FilesOf(_options),
            files => Read(files, signs: true),
            clock,
            failure => DestinationLog.KeysUnusable(logger, destination.At, failure.Message));
    }

    /// <summary>The public keys as a JWK Set (RFC 7517); null where none are configured.</summary>
    /// <exception cref="IOException">A file can't be read, and never could.</exception>
    public string? Published => _options is null ? null : _keys.Current.Published;

    /// <summary>An assertion of who the gateway is, for one use (RFC 7523).</summary>
    /// <param name="audience">The token endpoint's URL.</param>
    internal string Assertion(string audience)
    {
        var now = _clock.GetUtcNow().UtcDateTime;
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = _options!.ClientId,
            Audience = audience,
            Expires = now + Holds,
            Claims = new Dictionary<string, object>
            {
                [JwtRegisteredClaimNames.Sub] = _options.ClientId!,
                [JwtRegisteredClaimNames.Jti] = Guid.NewGuid().ToString(),
            },
            SigningCredentials = _keys.Current.Signing,
        });
    }

    internal static IReadOnlyList<string> FilesOf(BackendServicesOptions options) => [options.KeyFile!, .. options.OtherKeyFiles];

    /// <summary>Reads the keys, of which the first signs.</summary>
    /// <exception cref="CryptographicException">One is not what it should be.</exception>
    /// <param name="signs">Whether the first must.</param>
    internal static Keys Read(IReadOnlyList<byte[]> files, bool signs)
    {
        var pems = files.Select(Encoding.UTF8.GetString).ToList();
        if (signs && !pems[0].Contains("PRIVATE KEY", StringComparison.Ordinal))
            throw new CryptographicException("It holds no private key.");
        var keys = pems.Select(OfPem).ToList();
        var published = keys.DistinctBy(key => key.KeyId, StringComparer.Ordinal).Select(key => (JsonNode?)Public(key));
        var signing = new SigningCredentials(
            keys[0], keys[0] is RsaSecurityKey ? SecurityAlgorithms.RsaSha384 : SecurityAlgorithms.EcdsaSha384);
        return new Keys(signing, new JsonObject { ["keys"] = new JsonArray([.. published]) }.ToJsonString());
    }

    private static AsymmetricSecurityKey OfPem(string pem)
    {
        if (pem.Contains("ENCRYPTED", StringComparison.Ordinal))
            throw new CryptographicException("It is encrypted: give the key without a password, in a file that only the gateway can read.");
        AsymmetricSecurityKey key = RsaOf(pem) is { } rsa ? new RsaSecurityKey(rsa) : new ECDsaSecurityKey(CurveOf(pem));
        key.KeyId = Base64UrlEncoder.Encode(JsonWebKeyConverter.ConvertFromSecurityKey(key).ComputeJwkThumbprint());
        return key;
    }

    private static RSA? RsaOf(string pem)
    {
        var rsa = RSA.Create();
        try
        {
            rsa.ImportFromPem(pem);
        }
        catch (Exception other) when (other is CryptographicException or ArgumentException)
        {
            rsa.Dispose();
            return null;
        }

        return rsa.KeySize >= ShortestRsa
            ? rsa
            : throw new CryptographicException($"It is an RSA key of {rsa.KeySize} bits: RS384 needs {ShortestRsa} or more.");
    }

    private static ECDsa CurveOf(string pem)
    {
        var curve = ECDsa.Create();
        try
        {
            curve.ImportFromPem(pem);
        }
        catch (Exception other) when (other is CryptographicException or ArgumentException)
        {
            throw new CryptographicException("It holds no RSA or EC key in PEM.", other);
        }

        return curve.KeySize == 384 ? curve : throw new CryptographicException("It is a key of another curve: ES384 needs P-384.");
    }

    // Names what goes out, so that the private half can't.
    private static JsonObject Public(AsymmetricSecurityKey key)
    {
        var whole = JsonWebKeyConverter.ConvertFromSecurityKey(key);
        var shown = new JsonObject { ["kty"] = whole.Kty, ["kid"] = key.KeyId, ["use"] = "sig" };
        if (key is RsaSecurityKey) (shown["alg"], shown["n"], shown["e"]) = ("RS384", whole.N, whole.E);
        else (shown["alg"], shown["crv"], shown["x"], shown["y"]) = ("ES384", whole.Crv, whole.X, whole.Y);
        return shown;
    }

    /// <param name="Published">The JWK Set.</param>
    internal sealed record Keys(SigningCredentials Signing, string Published);
}
