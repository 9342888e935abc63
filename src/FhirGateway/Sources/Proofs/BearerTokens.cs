using System.Security.Cryptography;
using System.Text;
using FhirGateway.Mapping;
using FhirGateway.Settings;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.Tokens;

namespace FhirGateway.Sources.Proofs;

/// <summary>
/// Bearer tokens by ASP.NET's authentication: the one proof that needs the program, since an issuer's keys come from its discovery
/// document. All other schemes are in FhirGateway.Mapping, where a vendor's folder can bring its own.
/// </summary>
public static class BearerTokens
{
    // How often an authority may be asked for its keys because of a token whose key is not known: anybody can send such tokens.
    private static readonly TimeSpan BetweenKeyLookups = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan LongestKeyLookup = TimeSpan.FromSeconds(5);

    private static readonly string[] SymmetricAlgorithms =
        [SecurityAlgorithms.HmacSha256, SecurityAlgorithms.HmacSha384, SecurityAlgorithms.HmacSha512];

    private static readonly string[] AsymmetricAlgorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    /// <summary>Registers the check of tokens for every configured source that takes them.</summary>
    public static void Add(AuthenticationBuilder authentication, GatewaySettings settings, VendorCatalog vendors)
    {
        // Without this the first token of an authority's new key is refused, and fetches that key for the next one only.
        AppContext.SetSwitch("Switch.Microsoft.IdentityModel.UpdateConfigAsBlocking", true);
        foreach (var (name, source) in settings.Sources)
        {
            if (vendors.Find(source.Vendor)?.Proofs.FirstOrDefault(each => each.TakesToken) is not { } proof) continue;
            if (Source.Token(source, proof) is { } token)
                authentication.AddJwtBearer(SchemeOf(name), options => Check(options, token, [.. Source.KeysOf(source, proof)]));
        }
    }

    /// <summary>Whether a call carries a token that is valid for the source; null when the issuer of its tokens can't be asked.</summary>
    public static async Task<bool?> IsValidAsync(Source source, HttpContext call)
    {
        if (!source.TakesToken) return false;
        var checkedToken = await call.AuthenticateAsync(SchemeOf(source.Name));
        return checkedToken.Succeeded ? true : IssuerAvailability.IsUnavailable(call) ? null : false;
    }

    /// <summary>Sets what a token must satisfy.</summary>
    /// <param name="keys">Symmetric keys, one of which may have signed it; empty where only an authority signs.</param>
    public static void Check(JwtBearerOptions options, TokenOptions token, IReadOnlyList<string> keys)
    {
        // With neither key nor authority nobody can hold a token: a key that was just made up and is known to no one.
        var hasAuthority = token.Authority is { Length: > 0 };
        var signingKeys = keys.Select(Encoding.UTF8.GetBytes).ToList();
        if (signingKeys.Count == 0 && !hasAuthority) signingKeys.Add(RandomNumberGenerator.GetBytes(32));

        if (hasAuthority)
        {
            options.Authority = token.Authority;
            options.BackchannelTimeout = LongestKeyLookup;
            IssuerAvailability.Watch(options);
        }

        options.RequireHttpsMetadata = true;
        options.RefreshInterval = BetweenKeyLookups;
        options.TokenValidationParameters = new TokenValidationParameters
        {
            IssuerSigningKeys = signingKeys.Select(key => new SymmetricSecurityKey(key)),
            // An authority's public key must never serve as the secret of a symmetric algorithm.
            ValidAlgorithms = [.. signingKeys.Count > 0 ? SymmetricAlgorithms : [], .. hasAuthority ? AsymmetricAlgorithms : []],
            RequireSignedTokens = true,
            RequireExpirationTime = true,
            ClockSkew = TimeSpan.FromMinutes(1),
            ValidateIssuer = hasAuthority || token.Issuer is { Length: > 0 },
            ValidIssuer = token.Issuer,
            ValidateAudience = hasAuthority || token.Audience is { Length: > 0 },
            ValidAudience = token.Audience,
        };
    }

    private static string SchemeOf(string source) => "source:" + source;
}
