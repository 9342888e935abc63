using System.Net.Http.Headers;
using System.Text;
using FhirGateway.Mapping;
using Microsoft.AspNetCore.Authentication;

namespace FhirGateway.Sources.Proofs;

/// <summary>Whether a call was made by the sender a source is configured for. Looks at headers and raw bytes only: nothing is parsed before.</summary>
public static class SourceAuthentication
{
    /// <summary>Name of the JWT authentication scheme that checks a source's bearer tokens.</summary>
    public static string TokenScheme(string source) => "source:" + source;

    /// <summary>Whether the call satisfies every scheme the vendor documents, or one of those the source holds secrets for.</summary>
    public static async Task<bool> AuthenticateAsync(Source source, HttpContext call, ReadOnlyMemory<byte> body, DateTimeOffset now)
    {
        var proven = 0;
        foreach (var scheme in source.Proofs)
        {
            var holds = scheme is BearerScheme
                ? (await call.AuthenticateAsync(TokenScheme(source.Name))).Succeeded
                : Holds(scheme, source.SecretsOf(scheme), call.Request.Headers, body, now);
            if (holds) proven++;
        }

        // A source without a proof is refused when the gateway starts; it must not be open should that ever fail.
        if (source.Proofs.Count == 0) return false;
        return source.Vendor.ProofsNeeded == ProofsNeeded.Every ? proven == source.Proofs.Count : proven > 0;
    }

    private static bool Holds(ProofScheme scheme, LiveSecrets secrets, IHeaderDictionary headers, ReadOnlyMemory<byte> body, DateTimeOffset now) => scheme switch
    {
        ApiKeyScheme apiKey => headers[apiKey.Header] is [{ Length: > 0 } key] && secrets.Has(key),
        HmacScheme hmac => HmacProof.Holds(hmac, secrets, headers, body, now),
        BasicScheme => BasicCredentials(headers) is { } credentials && secrets.Has(credentials),
        StaticHeaderScheme => HasStaticHeader(secrets, headers),
        _ => false,
    };

    private static string? BasicCredentials(IHeaderDictionary headers)
    {
        if (!AuthenticationHeaderValue.TryParse(headers.Authorization, out var header)
            || !string.Equals(header.Scheme, "Basic", StringComparison.OrdinalIgnoreCase)
            || header.Parameter is null) return null;
        var bytes = new byte[header.Parameter.Length];
        return Convert.TryFromBase64String(header.Parameter, bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length) : null;
    }

    // The header's name is the site's own, so it is part of the secret: every header of the call is a candidate.
    private static bool HasStaticHeader(LiveSecrets secrets, IHeaderDictionary headers)
    {
        var found = false;
        foreach (var (name, values) in headers)
        {
            foreach (var value in values) found |= secrets.Has(StaticHeader(name, value ?? ""));
        }

        return found;
    }

    /// <summary>A static header as a secret is written, the name without regard to case.</summary>
    public static string StaticHeader(string name, string value) => $"{name.ToLowerInvariant()}: {value.Trim()}";
}
