using FhirGateway.Settings;
using FhirGateway.Sources.Proofs;
using Microsoft.AspNetCore.Authentication;

namespace FhirGateway.Api;

/// <summary>The bearer tokens of the gateway's own API.</summary>
public static class ApiAuthentication
{
    public const string Scheme = "api";

    public static bool IsOn(ApiOptions options) => options.SigningKey is { Length: > 0 } || options.Token.Authority is { Length: > 0 };

    public static void Add(AuthenticationBuilder authentication, ApiOptions options)
    {
        string[] keys = options.SigningKey is { Length: > 0 } key ? [key] : [];
        authentication.AddJwtBearer(Scheme, bearer => BearerTokens.Check(bearer, options.Token, keys));
    }
}
