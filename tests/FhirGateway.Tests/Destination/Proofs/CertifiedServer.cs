using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using FhirGateway.Sandbox;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FhirGateway.Tests.Destination.Proofs;

/// <summary>A FHIR server on loopback that lets in only whom an authority has given a certificate.</summary>
internal sealed class CertifiedServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private CertifiedServer(WebApplication app, string baseUrl) => (_app, BaseUrl) = (app, baseUrl);

    public string BaseUrl { get; }

    /// <summary>The client's certificate of every request that came in.</summary>
    public ConcurrentQueue<string> Seen { get; } = new();

    /// <param name="server">Whose certificate the server shows.</param>
    /// <param name="clients">Whose certificates it lets in.</param>
    public static async Task<CertifiedServer> StartAsync(TestAuthority server, TestAuthority clients, SandboxServer sandbox)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(https =>
        {
            https.ServerCertificate = server.Issue("localhost");
            https.ServerCertificateChain = server.Chain(https.ServerCertificate);
            https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
            https.ClientCertificateValidation = (certificate, chain, _) => IsOf(clients, certificate, chain!);
        })));
        var app = builder.Build();
        CertifiedServer? started = null;
        app.Use((call, next) =>
        {
            started!.Seen.Enqueue(call.Connection.ClientCertificate!.Thumbprint);
            return next(call);
        });
        app.UseRouting();
        app.MapSandbox("/fhir", sandbox);
        await app.StartAsync();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return started = new CertifiedServer(app, $"https://localhost:{new Uri(address).Port}/fhir");
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    // The machine knows nothing of the authority: the chain must be whole as it was shown.
    private static bool IsOf(TestAuthority authority, X509Certificate2 certificate, X509Chain shown)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.Add(authority.Root);
        chain.ChainPolicy.ExtraStore.AddRange(shown.ChainPolicy.ExtraStore);
        return chain.Build(certificate);
    }
}
