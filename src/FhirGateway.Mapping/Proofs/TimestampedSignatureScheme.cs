namespace FhirGateway.Mapping.Proofs;

/// <summary>
/// One header that holds a time and one or several signatures: <c>t=1614265330,v1=5257…</c>. Signed is <c>{t}.{body}</c>. Signatures of
/// other versions are passed over.
/// </summary>
/// <param name="Header">Holds the time and the signatures.</param>
/// <param name="Version">The key of the signatures that count.</param>
public sealed record TimestampedSignatureScheme(string Name, string Header, string Version = "v1") : SignatureScheme(Name)
{
    public override string InWords =>
        $"HMAC {Algorithm} in `{Header}` as `t={{timestamp}},{Version}={{signature}}` over `{{timestamp}}.{{body}}` (secret `{Name}`)";

    public override IEnumerable<(string Name, string Value)> Sign(string secret, ReadOnlyMemory<byte> body, DateTimeOffset now)
    {
        var timestamp = TimeText(now);
        return [(Header, $"t={timestamp},{Version}={Signature(secret, timestamp + ".", body)}")];
    }

    protected override PresentedSignatures? Read(UnprovenCall call)
    {
        if (call.Only(Header) is not { } header) return null;
        string? timestamp = null;
        var signatures = new List<string>();
        foreach (var part in header.Split(',', StringSplitOptions.TrimEntries))
        {
            if (part.Split('=', 2) is not [var key, var value]) continue;
            if (key == "t")
            {
                // Of two times one could be the signed one and the other the recent one.
                if (timestamp is not null) return null;
                timestamp = value;
            }
            else if (key == Version)
            {
                signatures.Add(value);
            }
        }

        return timestamp is null ? null : new PresentedSignatures(signatures, timestamp + ".", timestamp);
    }
}

public static partial class By
{
    /// <summary>
    /// One header with a time and one or several signatures, <c>t=…,v1=…</c>; see <see cref="TimestampedSignatureScheme"/>.
    /// </summary>
    /// <param name="tolerance">How far the signed time may lie from now; null: five minutes.</param>
    public static ProofScheme TimestampedSignature(
        string header, TimeSpan? tolerance = null, string version = "v1", string name = "signingKey") =>
        new TimestampedSignatureScheme(name, header, version) { Tolerance = tolerance ?? TimeSpan.FromMinutes(5) };
}
