namespace FhirGateway.Mapping.Proofs;

/// <summary>
/// A signature in a header of its own, over the body or over a time in another header and the body. The secret's UTF-8 bytes are the key.
/// </summary>
/// <param name="Header">Holds the signature.</param>
/// <param name="Prefix">What stands before the signature, such as <c>sha256=</c>; null for nothing.</param>
/// <param name="TimestampHeader">Holds the time that is signed with the body; null when only the body is signed.</param>
/// <param name="Signs">
/// What is signed: <c>{timestamp}</c> stands for that time as received, and <c>{body}</c>, which comes last, for the body's bytes. An
/// example is <c>v0:{timestamp}:{body}</c>.
/// </param>
/// <param name="SeveralSignatures">The header may hold several signatures separated by commas or spaces; one that fits is enough.</param>
public sealed record HmacScheme(
    string Name,
    string Header,
    string? Prefix = null,
    string? TimestampHeader = null,
    string Signs = HmacScheme.TimeAndBody,
    bool SeveralSignatures = false) : SignatureScheme(Name)
{
    /// <summary>The time, if there is one, and the body immediately after it.</summary>
    public const string TimeAndBody = "{timestamp}{body}";

    private static readonly char[] Separators = [',', ' '];

    /// <inheritdoc cref="HmacScheme" path="/param[@name='Signs']"/>
    /// <exception cref="ArgumentException">The body does not come last.</exception>
    public string Signs { get; } = Signs.EndsWith("{body}", StringComparison.Ordinal)
        ? Signs
        : throw new ArgumentException($"What {Name} signs must end with {{body}}.", nameof(Signs));

    public override string InWords
    {
        get
        {
            var time = TimestampHeader is null ? "" : $"`{TimestampHeader}` and ";
            var signed = Signs == TimeAndBody
                ? $"{time}the raw body"
                : $"`{Signs}`{(TimestampHeader is null ? "" : $", the timestamp from `{TimestampHeader}`")}";
            return $"HMAC {Algorithm} in `{Header}`{(Prefix is null ? "" : $" after `{Prefix}`")} over {signed} (secret `{Name}`)";
        }
    }

    public override IEnumerable<(string Name, string Value)> Sign(string secret, ReadOnlyMemory<byte> body, DateTimeOffset now)
    {
        var timestamp = TimestampHeader is null ? "" : TimeText(now);
        if (TimestampHeader is { } header) yield return (header, timestamp);
        yield return (Header, Prefix + Signature(secret, Before(timestamp), body));
    }

    protected override PresentedSignatures? Read(UnprovenCall call)
    {
        var timestamp = TimestampHeader is { } header ? call.Only(header) : "";
        if (timestamp is null) return null;
        var presented = string.Join(',', call.Headers[Header]);
        string[] texts = SeveralSignatures
            ? presented.Split(Separators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            : [presented.Trim()];
        var prefix = Prefix ?? "";
        List<string> signatures = [
            .. texts.Where(text => text.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)).Select(text => text[prefix.Length..])];
        return new PresentedSignatures(signatures, Before(timestamp), TimestampHeader is null ? null : timestamp);
    }

    private string Before(string timestamp) => Signs[..^"{body}".Length].Replace("{timestamp}", timestamp, StringComparison.Ordinal);
}

public static partial class By
{
    /// <summary>A signature in a header of its own; see <see cref="HmacScheme"/>.</summary>
    /// <param name="tolerance">How far the signed time may lie from now; null without a time.</param>
    public static ProofScheme Hmac(
        string header,
        HmacAlgorithm algorithm = HmacAlgorithm.Sha256,
        SignatureEncoding encoding = SignatureEncoding.Hex,
        string? prefix = null,
        string? timestampHeader = null,
        TimestampForm time = TimestampForm.UnixSeconds,
        string signs = HmacScheme.TimeAndBody,
        TimeSpan? tolerance = null,
        bool several = false,
        string name = "signingKey") =>
        new HmacScheme(
            name, header, prefix, timestampHeader, signs,
            several)
        { Algorithm = algorithm, Encoding = encoding, Time = time, Tolerance = tolerance };

    /// <summary>HMAC-SHA256 in lower-case hexadecimal; a signed time is an ISO 8601 date and time.</summary>
    public static ProofScheme HmacSha256(
        string header, string? prefix =
            null, string? timestampHeader = null, TimeSpan? tolerance = null, bool several = false, string name = "signingKey") =>
        Hmac(
            header, prefix: prefix, timestampHeader: timestampHeader, time: TimestampForm.Iso8601, tolerance: tolerance, several: several,
            name: name);
}
