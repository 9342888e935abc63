using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace FhirGateway.Mapping.Proofs;

/// <summary>
/// A bearer JWT (RFC 6750, RFC 7519). The program checks it against the issuer, audience and keys of the source's configuration, since
/// an issuer's keys are fetched from its discovery document; the scheme only asks what came of it.
/// </summary>
public sealed record BearerScheme(string Name) : ProofScheme(Name)
{
    private const int ShortestKey = 32;

    public override string InWords => $"bearer JWT (`{Name}`)";

    public override bool TakesToken => true;

    /// <summary>A token of an hour, signed with a symmetric key (HS256).</summary>
    public static string Token(string key, DateTimeOffset now)
    {
        var head = Part(new Dictionary<string, object> { ["alg"] = "HS256", ["typ"] = "JWT" });
        var claims = Part(
            new Dictionary<string,
            object>
            { ["nbf"] = now.AddMinutes(-1).ToUnixTimeSeconds(), ["exp"] = now.AddHours(1).ToUnixTimeSeconds() });
        var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.ASCII.GetBytes($"{head}.{claims}"));
        return $"{head}.{claims}.{Base64Url.EncodeToString(signature)}";
    }

    public override bool Holds(UnprovenCall call, LiveSecrets secrets) => call.HasValidToken;

    public override IEnumerable<(string Name, string Value)> Sign(string secret, ReadOnlyMemory<byte> body, DateTimeOffset now) =>
        [("Authorization", $"Bearer {Token(secret, now)}")];

    public override string? FlawOf(string secret) =>
        Encoding.UTF8.GetByteCount(secret) < ShortestKey ? $"is shorter than {ShortestKey} bytes: make a longer one at random." : null;

    private static string Part(Dictionary<string, object> content) =>
        Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(content));
}

public static partial class By
{
    /// <summary>A bearer JWT.</summary>
    public static ProofScheme Bearer(string name = "bearer") => new BearerScheme(name);
}
