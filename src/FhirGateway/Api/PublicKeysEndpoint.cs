using System.Text;
using System.Text.Json.Nodes;
using FhirGateway.Destination;
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

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet(Path, (AllDestinations destinations, HttpContext call) =>
    {
        var sets = destinations.All.Select(each => each.Parts.GetRequiredService<ClientKeys>().Published).OfType<string>().ToList();
        if (sets.Count == 0) return Results.NotFound();
        var keys = sets.SelectMany(set => JsonNode.Parse(set)!["keys"]!.AsArray()).Select(key => key!.DeepClone());
        var published = sets.Count == 1 ? sets[0] : new JsonObject { ["keys"] = new JsonArray([.. keys]) }.ToJsonString();
        call.Response.Headers.CacheControl = "public, max-age=60";
        return Results.Text(published, "application/json", Encoding.UTF8);
    });
}
