using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using FhirGateway.Mapping;

namespace FhirGateway.Sources.Proofs;

/// <summary>Checks and makes the signatures an <see cref="HmacScheme"/> describes, always over the bytes as they travel.</summary>
public static class HmacProof
{
    private const int MostSignatures = 16;
    private static readonly char[] Separators = [',', ' '];

    /// <summary>Whether the call carries a signature of the body (and of a time not too far from now) by one of the secrets.</summary>
    public static bool Holds(HmacScheme scheme, LiveSecrets secrets, IHeaderDictionary headers, ReadOnlyMemory<byte> body, DateTimeOffset now)
    {
        var timestamp = "";
        if (scheme.TimestampHeader is { } timestampHeader)
        {
            timestamp = headers[timestampHeader].ToString();
            if (!IsRecent(timestamp, scheme.Tolerance, now)) return false;
        }

        return secrets.Signed(Presented(scheme, headers[scheme.Header].ToString()), key => Sign(scheme, key, timestamp, body.Span));
    }

    /// <summary>The signature as it is sent, in lower-case hexadecimal behind the scheme's prefix.</summary>
    public static string HeaderValue(HmacScheme scheme, string secret, string timestamp, ReadOnlySpan<byte> body) =>
        scheme.Prefix + Convert.ToHexStringLower(Sign(scheme, Encoding.UTF8.GetBytes(secret), timestamp, body));

    private static byte[] Sign(HmacScheme scheme, byte[] key, string timestamp, ReadOnlySpan<byte> body)
    {
        var algorithm = scheme.Algorithm == HmacAlgorithm.Sha512 ? HashAlgorithmName.SHA512 : HashAlgorithmName.SHA256;
        using var hmac = IncrementalHash.CreateHMAC(algorithm, key);
        hmac.AppendData(Encoding.UTF8.GetBytes(timestamp));
        hmac.AppendData(body);
        return hmac.GetHashAndReset();
    }

    private static List<byte[]> Presented(HmacScheme scheme, string header)
    {
        var texts = scheme.SeveralSignatures
            ? header.Split(Separators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            : [header.Trim()];
        var signatures = new List<byte[]>();
        foreach (var text in texts.Take(MostSignatures))
        {
            var digits = text;
            if (scheme.Prefix is { } prefix)
            {
                if (!text.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) continue;
                digits = text[prefix.Length..];
            }

            var bytes = new byte[digits.Length / 2];
            if (Convert.FromHexString(digits, bytes, out _, out _) == System.Buffers.OperationStatus.Done) signatures.Add(bytes);
        }

        return signatures;
    }

    private static bool IsRecent(string timestamp, TimeSpan? tolerance, DateTimeOffset now)
    {
        if (!DateTimeOffset.TryParse(timestamp, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var sent)) return false;
        return tolerance is not { } most || (now - sent).Duration() <= most;
    }
}
