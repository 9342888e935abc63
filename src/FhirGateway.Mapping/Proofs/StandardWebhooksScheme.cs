using System.Security.Cryptography;

namespace FhirGateway.Mapping.Proofs;

/// <summary>
/// Standard Webhooks (https://www.standardwebhooks.com), symmetric: <c>webhook-signature</c> holds <c>v1,</c> and the HMAC-SHA256 of
/// <c>{webhook-id}.{webhook-timestamp}.{body}</c> in Base64, several of them separated by spaces. A secret is <c>whsec_</c> and the key's
/// bytes in Base64. Signatures of other versions are passed over.
/// </summary>
/// <param name="HeaderPrefix">What the three headers' names begin with.</param>
public sealed record StandardWebhooksScheme(string Name, string HeaderPrefix = "webhook") : SignatureScheme(Name)
{
    private const string SecretPrefix = "whsec_";
    private const string Version = "v1,";

    // The specification's bounds of a key's length.
    private const int ShortestKey = 24;
    private const int LongestKey = 64;

    public override string InWords => $"Standard Webhooks, v1, in `{SignatureHeader}` (secret `{Name}`)";

    private string IdHeader => $"{HeaderPrefix}-id";

    private string TimestampHeader => $"{HeaderPrefix}-timestamp";

    private string SignatureHeader => $"{HeaderPrefix}-signature";

    public override IEnumerable<(string Name, string Value)> Sign(string secret, ReadOnlyMemory<byte> body, DateTimeOffset now)
    {
        var id = "msg_" + Convert.ToHexStringLower(SHA256.HashData(body.Span))[..24];
        var timestamp = TimeText(now);
        return [(IdHeader, id), (TimestampHeader, timestamp), (SignatureHeader, Version + Signature(secret, $"{id}.{timestamp}.", body))];
    }

    public override string? FlawOf(string secret) =>
        Key(secret) is { Length: >= ShortestKey and <= LongestKey }
            ? null
            : $"is not of the form \"{SecretPrefix}\" and {ShortestKey} to {LongestKey} bytes in Base64.";

    public override byte[] KeyOf(string secret) => Key(secret) ?? throw new FormatException($"A secret of {Name} {FlawOf(secret)}");

    public override string SecretOf(string random) =>
        SecretPrefix + Convert.ToBase64String(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(random)));

    protected override PresentedSignatures? Read(UnprovenCall call)
    {
        if (call.Only(IdHeader) is not { } id || call.Only(TimestampHeader) is not { } timestamp) return null;
        var texts = call.Headers[SignatureHeader].SelectMany(value => value.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        List<string> signatures = [
            .. texts.Where(text => text.StartsWith(Version, StringComparison.Ordinal)).Select(text => text[Version.Length..])];
        return new PresentedSignatures(signatures, $"{id}.{timestamp}.", timestamp);
    }

    private static byte[]? Key(string secret)
    {
        var text = secret.StartsWith(SecretPrefix, StringComparison.Ordinal) ? secret[SecretPrefix.Length..] : secret;
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : null;
    }
}

public static partial class By
{
    /// <summary>Standard Webhooks; see <see cref="StandardWebhooksScheme"/>.</summary>
    /// <param name="tolerance">How far the signed time may lie from now; null: five minutes.</param>
    /// <param name="headers">What the three headers' names begin with.</param>
    public static ProofScheme StandardWebhooks(TimeSpan? tolerance = null, string headers = "webhook", string name = "signingKey") =>
        new StandardWebhooksScheme(name, headers) { Encoding = SignatureEncoding.Base64, Tolerance = tolerance ?? TimeSpan.FromMinutes(5) };
}
