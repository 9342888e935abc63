namespace FhirGateway.Mapping;

/// <summary>
/// One way in which a sender proves who it is, as data: the gateway verifies by it, the demonstration signs by it.
/// A source holds one or more live secrets per scheme, under the scheme's <see cref="Name"/>.
/// </summary>
/// <param name="Name">The key under which a source's configuration holds its secrets.</param>
public abstract record ProofScheme(string Name);

/// <summary>A shared key sent as it is in a header.</summary>
public sealed record ApiKeyScheme(string Name, string Header) : ProofScheme(Name);

/// <summary>
/// HMAC over the body's bytes, in lower-case hexadecimal (read without regard to case). The secret's UTF-8 bytes are the key.
/// </summary>
/// <param name="Header">Holds the signature.</param>
/// <param name="Algorithm">The hash.</param>
/// <param name="Prefix">What stands before the digits, such as <c>sha256=</c>; null for nothing.</param>
/// <param name="TimestampHeader">Its text, as received, is signed immediately before the body; null when only the body is signed.</param>
/// <param name="Tolerance">How far that time may lie from now; null without a timestamp.</param>
/// <param name="SeveralSignatures">The header may hold several signatures separated by commas or spaces; one that fits is enough.</param>
public sealed record HmacScheme(
    string Name,
    string Header,
    HmacAlgorithm Algorithm,
    string? Prefix = null,
    string? TimestampHeader = null,
    TimeSpan? Tolerance = null,
    bool SeveralSignatures = false) : ProofScheme(Name);

/// <summary>The hash of an <see cref="HmacScheme"/>.</summary>
public enum HmacAlgorithm
{
    Sha256,
    Sha512,
}

/// <summary>HTTP Basic (RFC 7617); a secret is <c>user:password</c>.</summary>
public sealed record BasicScheme(string Name) : ProofScheme(Name);

/// <summary>A bearer JWT (RFC 6750, RFC 7519), checked against issuer, audience and keys of the source's configuration.</summary>
public sealed record BearerScheme(string Name) : ProofScheme(Name);

/// <summary>A header whose name, too, is agreed with the site; a secret is <c>Header-Name: value</c>.</summary>
public sealed record StaticHeaderScheme(string Name) : ProofScheme(Name);

/// <summary>How many of a vendor's schemes a call must satisfy.</summary>
public enum ProofsNeeded
{
    /// <summary>Every scheme of the vendor: a source must hold secrets for all of them.</summary>
    Every,

    /// <summary>Any one: a source is open to those it holds secrets for, and must hold some.</summary>
    Any,
}

/// <summary>The schemes by their short names, for vendor definitions.</summary>
public static class By
{
    public static ProofScheme ApiKey(string header, string name = "apiKey") => new ApiKeyScheme(name, header);

    public static ProofScheme HmacSha256(string header, string? prefix = null, string? timestampHeader = null, TimeSpan? tolerance = null, bool several = false, string name = "signingKey") =>
        new HmacScheme(name, header, HmacAlgorithm.Sha256, prefix, timestampHeader, tolerance, several);

    public static ProofScheme Basic(string name = "basic") => new BasicScheme(name);

    public static ProofScheme Bearer(string name = "bearer") => new BearerScheme(name);

    public static ProofScheme StaticHeader(string name = "header") => new StaticHeaderScheme(name);
}
