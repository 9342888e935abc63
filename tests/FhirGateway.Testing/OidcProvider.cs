using System.Net.Http.Json;

namespace FhirGateway.Testing;

/// <summary>npm's oidc-provider (tests/oidc-provider): an authorization server that we did not write, for SMART Backend Services.</summary>
public static class OidcProvider
{
    private static readonly NodeServer Server = new("oidc-provider");

    /// <summary>Whether it can be started.</summary>
    internal static bool IsInstalled => Server.IsInstalled;

    /// <summary>Its issuer, and base of its routes.</summary>
    public static Task<string> UrlAsync() => Server.Url;

    /// <summary>Registers a client that proves itself by private_key_jwt.</summary>
    /// <param name="keys">Where its public keys are.</param>
    /// <param name="algorithm">The only one that it may sign with.</param>
    public static async Task RegisterAsync(HttpClient http, string client, Uri keys, string algorithm)
    {
        using var answer = await http.PostAsJsonAsync(
            new Uri(await Server.Url + "/clients"), new { client_id = client, jwks_uri = keys.AbsoluteUri, alg = algorithm });
        answer.EnsureSuccessStatusCode();
    }
}
