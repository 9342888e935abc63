using System.Text;
using FhirGateway.Destination.Proofs;

namespace FhirGateway.Api;

/// <summary>
/// The gateway's public keys, for the authorization servers that it asks for tokens: a JWK Set, open to anybody
/// (https://hl7.org/fhir/smart-app-launch/STU2.2/client-confidential-asymmetric.html).
/// </summary>
internal static class PublicKeysEndpoint
{
    /// <summary>Where they are.</summary>
    public const string Path = "/.well-known/jwks.json";

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet(Path, (ClientKeys keys, HttpContext call) =>
    {
        if (keys.Published is not { } published) return Results.NotFound();
        call.Response.Headers.CacheControl = "public, max-age=60";
        return Results.Text(published, "application/json", Encoding.UTF8);
    });
}
