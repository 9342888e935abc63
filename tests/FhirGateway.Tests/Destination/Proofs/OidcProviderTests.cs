using System.Collections.Concurrent;
using FhirGateway.Ledger;
using FhirGateway.Sandbox;
using FhirGateway.Testing;
using FhirGateway.Tests.Telemetry;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace FhirGateway.Tests.Destination.Proofs;

/// <summary>Before an authorization server that we did not write: npm's oidc-provider, which fetches the gateway's published keys.</summary>
public sealed class OidcProviderTests
{
    [OidcTheory]
    [InlineData("ES384", true)]
    [InlineData("RS384", false)]
    public async Task A_note_goes_out_with_a_token_that_oidc_provider_gave(string algorithm, bool isFound)
    {
        using var keys = new KeyFiles(algorithm);
        keys.Write("next", algorithm);
        using var logs = new CapturedLogs();
        var issuer = await OidcProvider.UrlAsync();
        var sandbox = new SandboxServer(TimeProvider.System);
        using var server = new FhirBehindIssuer(sandbox, issuer);
        var client = $"gateway-{Guid.NewGuid():N}";
        var settings = keys.Settings(issuer + "/fhir");
        settings[$"{KeyFiles.At}:ClientId"] = client;
        settings[$"{KeyFiles.At}:OtherKeyFiles:0"] = keys["next"];
        settings["Gateway:Delivery:LongestWait"] = "00:00:00.2";
        settings["Logging:LogLevel:Default"] = "Trace";
        if (!isFound) settings[$"{KeyFiles.At}:TokenEndpoint"] = issuer + "/token";
        await using (var gateway = await RunningGateway.StartAsync(settings, sandbox, destination: server, logs: logs))
        {
            await gateway.PutAsync("Patient", RunningGateway.SystemOf("Patient"), "pat-1");
            await gateway.PutAsync("Encounter", RunningGateway.SystemOf("Encounter"), "pat-1", Samples.Encounter);

            // Not registered yet: the note waits, and says where to look.
            await Notes.SendAsync(gateway, Notes.Of("pat-1"));
            var waiting = await gateway.UntilAsync(Notes.Source, notes => notes is [{ Reason: not null, State: DeliveryState.Pending }]);
            Assert.Contains("invalid_client", waiting[0].Reason, StringComparison.Ordinal);
            Assert.Contains($"{KeyFiles.At}:ClientId", waiting[0].Reason, StringComparison.Ordinal);

            await OidcProvider.RegisterAsync(gateway.Http, client, new Uri(gateway.Url, ".well-known/jwks.json"), algorithm);
            await gateway.UntilStateAsync(Notes.Source, DeliveryState.Delivered);
        }

        Assert.NotEmpty(server.Tokens);
        foreach (var token in server.Tokens.Distinct())
        {
            Assert.True(await server.IsValidAsync(token, client));
            Assert.DoesNotContain(logs.Lines, line => line.Contains(token, StringComparison.Ordinal));
        }

        Assert.DoesNotContain(logs.Lines, line => line.Contains("eyJ", StringComparison.Ordinal));
    }

    /// <summary>The issuer's own routes on the wire; everything else is the FHIR server, which looks at the token.</summary>
    private sealed class FhirBehindIssuer(SandboxServer sandbox, string issuer) : DelegatingHandler(new SocketsHttpHandler())
    {
        private readonly HttpMessageInvoker _fhir = new(new SandboxHandler(sandbox, issuer + "/fhir"));

        public ConcurrentQueue<string> Tokens { get; } = new();

        public async Task<bool> IsValidAsync(string token, string client)
        {
            using var http = new HttpClient();
            var keys = new JsonWebKeySet(await http.GetStringAsync(new Uri(issuer + "/jwks"))).GetSigningKeys();
            var proven = await new JsonWebTokenHandler().ValidateTokenAsync(
                token, new TokenValidationParameters { IssuerSigningKeys = keys, ValidIssuer = issuer, ValidAudience = "urn:tests:fhir" });
            return proven.IsValid && proven.ClaimsIdentity.FindFirst("client_id")?.Value == client;
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var path = request.RequestUri!.AbsolutePath;
            if (path == "/token" || path.EndsWith("/smart-configuration", StringComparison.Ordinal))
                return await base.SendAsync(request, cancellationToken);
            if (request.Headers.Authorization is not { Scheme: "Bearer", Parameter: { } token }) return ScriptedServer.Outcome(401);
            Tokens.Enqueue(token);
            return await _fhir.SendAsync(request, cancellationToken);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) _fhir.Dispose();
            base.Dispose(disposing);
        }
    }
}
