using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace FhirGateway.Mapping.Proofs;

/// <summary>
/// An HMAC over the body's bytes as they travel, and over what a scheme puts before them. A derived scheme says where a call holds its
/// signatures and its time; computing, decoding and comparing are the same for all and lie here.
/// </summary>
public abstract partial record SignatureScheme(string Name) : ProofScheme(Name)
{
    /// <summary>More signatures than this are not looked at: a sender has one per live secret.</summary>
    protected const int MostSignatures = 16;

    /// <summary>The hash.</summary>
    public HmacAlgorithm Algorithm { get; init; } = HmacAlgorithm.Sha256;

    /// <summary>How a signature's bytes are written.</summary>
    public SignatureEncoding Encoding { get; init; } = SignatureEncoding.Hex;

    /// <summary>How a time is written.</summary>
    public TimestampForm Time { get; init; } = TimestampForm.UnixSeconds;

    /// <summary>How far the call's time may lie from now, before or after; null: its time is not looked at.</summary>
    public TimeSpan? Tolerance { get; init; }

    public sealed override bool Holds(UnprovenCall call, LiveSecrets secrets)
    {
        if (Read(call) is not { } presented) return false;
        if (presented.Timestamp is { } timestamp && !IsRecent(timestamp, call.Now)) return false;
        var signatures = presented.Signatures.Take(MostSignatures).Select(Decoded).OfType<byte[]>().ToList();
        return secrets.Signed(signatures, key => Mac(key, presented.Before, call.Body.Span));
    }

    public override string? Echo(string secret, string text) => Encoded(Mac(KeyOf(secret), "", System.Text.Encoding.UTF8.GetBytes(text)));

    /// <summary>What a call presents; null when it presents nothing, or not in the scheme's form.</summary>
    protected abstract PresentedSignatures? Read(UnprovenCall call);

    /// <summary>A signature in the scheme's encoding.</summary>
    /// <param name="before">Signed immediately before the body.</param>
    protected string Signature(string secret, string before, ReadOnlyMemory<byte> body) => Encoded(Mac(KeyOf(secret), before, body.Span));

    /// <summary>A time in the scheme's form.</summary>
    protected string TimeText(DateTimeOffset time) => Time == TimestampForm.UnixSeconds
        ? time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)
        : time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private byte[] Mac(byte[] key, string before, ReadOnlySpan<byte> body)
    {
        var algorithm = Algorithm == HmacAlgorithm.Sha512 ? HashAlgorithmName.SHA512 : HashAlgorithmName.SHA256;
        using var hmac = IncrementalHash.CreateHMAC(algorithm, key);
        hmac.AppendData(System.Text.Encoding.UTF8.GetBytes(before));
        hmac.AppendData(body);
        return hmac.GetHashAndReset();
    }

    private string Encoded(byte[] bytes) =>
        Encoding == SignatureEncoding.Base64 ? Convert.ToBase64String(bytes) : Convert.ToHexStringLower(bytes);

    private byte[]? Decoded(string text)
    {
        if (Encoding == SignatureEncoding.Base64)
        {
            var decoded = new byte[text.Length];
            return Convert.TryFromBase64String(text, decoded, out var length) ? decoded[..length] : null;
        }

        var bytes = new byte[text.Length / 2];
        return Convert.FromHexString(text, bytes, out _, out _) == OperationStatus.Done ? bytes : null;
    }

    private bool IsRecent(string timestamp, DateTimeOffset now)
    {
        if (TimeIn(timestamp) is not { } sent) return false;
        return Tolerance is not { } most || (now - sent).Duration() <= most;
    }

    private DateTimeOffset? TimeIn(string timestamp)
    {
        if (Time == TimestampForm.Iso8601)
        {
            return Instant().IsMatch(timestamp)
                && DateTimeOffset.TryParse(timestamp, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
                ? time
                : null;
        }

        // Eleven digits end in the year 5138: longer ones are not seconds, and would not fit a date.
        return timestamp.Length <= 11 && long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;
    }

    [GeneratedRegex(@"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Instant();
}

/// <summary>What a call presents to a <see cref="SignatureScheme"/>.</summary>
/// <param name="Signatures">Encoded, without prefix; one that fits is enough.</param>
/// <param name="Before">What is signed immediately before the body's bytes; empty when only the body is signed.</param>
/// <param name="Timestamp">The call's time as it was written; null when the scheme knows none.</param>
public sealed record PresentedSignatures(IReadOnlyList<string> Signatures, string Before, string? Timestamp);

/// <summary>The hash of a <see cref="SignatureScheme"/>.</summary>
public enum HmacAlgorithm
{
    Sha256,
    Sha512,
}

/// <summary>How the bytes of a signature are written.</summary>
public enum SignatureEncoding
{
    /// <summary>Hexadecimal digits: written in lower case, read in any.</summary>
    Hex,

    /// <summary>Base64 with padding (RFC 4648 §4).</summary>
    Base64,
}

/// <summary>How a signature's time is written.</summary>
public enum TimestampForm
{
    /// <summary>Whole seconds since 1970-01-01T00:00:00Z.</summary>
    UnixSeconds,

    /// <summary>An ISO 8601 date and time with its zone (<c>2024-10-15T12:00:01.000Z</c>), and nothing else.</summary>
    Iso8601,
}
