using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Orleans.Configuration;
using Orleans.Connections.Security;

namespace FhirGateway.Cluster;

/// <summary>Orleans as this gateway runs it: in a host of its own, so that it can end and begin anew while the gateway goes on.</summary>
internal static class Silo
{
    private const string Service = "fhirgateway";

    // A lane that nothing was due in for so long gives up its place: the next gateway that looks takes it.
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(2);

    // So soon one that was declared dead while it stood still learns of it.
    private static readonly TimeSpan Refresh = TimeSpan.FromSeconds(10);

    /// <summary>Sessions at the ledger's database, few and short: membership is read and written in single statements.</summary>
    public static NpgsqlDataSource Database(ClusterPlace place) => NpgsqlDataSource.Create(
        new NpgsqlConnectionStringBuilder(place.ConnectionString)
        {
            ApplicationName = "FhirGateway cluster",
            MaxPoolSize = 4,
            Timezone = "UTC",
            IncludeErrorDetail = false,
        });

    public static IHost Build(ClusterPlace place, NpgsqlDataSource database, MemberLife life, ILoggerFactory loggers)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.AddProvider(new Onward(loggers)).AddFilter("Orleans", LogLevel.Warning).AddFilter("Microsoft", LogLevel.None);
        builder.Services.AddSingleton(life);
        builder.UseOrleans(silo =>
        {
            silo.Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = (place.Name, Service));
            silo.UseAdoNetClustering(membership => (membership.Invariant, membership.DataSource) = ("Npgsql", database));

            // No client ever calls from outside: only the gateways' own port is open. Probes and directory are Orleans' own defaults: its
            // distributed directory with faster probes held a dead gateway's lanes for twenty seconds.
            if (place.Address is { } address) silo.ConfigureEndpoints(address, place.Port, gatewayPort: 0);
            else silo.ConfigureEndpoints(place.Port, gatewayPort: 0);
            silo.Configure<ClusterMembershipOptions>(membership => membership.TableRefreshTimeout = Refresh);
            silo.Configure<GrainCollectionOptions>(grains => grains.CollectionAge = Idle);
            if (place.Certificate is { } certificate) silo.UseTls(certificate, tls => Secure(tls, place.Roots!));
        });

        // The signals that end the process are the gateway's to hear.
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddSingleton<IFatalErrorHandler, Eviction>();
        return builder.Build();
    }

    // Both sides show a certificate of the site's own roots. Names are not compared: members go by addresses, which change.
    private static void Secure(TlsOptions tls, X509Certificate2Collection roots)
    {
        tls.RemoteCertificateMode = RemoteCertificateMode.RequireCertificate;
        tls.ClientCertificateMode = RemoteCertificateMode.RequireCertificate;
        tls.RemoteCertificateValidation = (certificate, shown, _) => IsOurs(certificate, shown, roots);
        tls.OnAuthenticateAsClient = (_, client) => client.TargetHost = Service;
    }

    internal static bool IsOurs(X509Certificate2 certificate, X509Chain? shown, X509Certificate2Collection roots)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(roots);
        chain.ChainPolicy.ExtraStore.AddRange(roots); // and what stands between
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        if (shown is not null) chain.ChainPolicy.ExtraStore.AddRange(shown.ChainElements.Select(each => each.Certificate).ToArray());
        return chain.Build(certificate);
    }

    private sealed class Onward(ILoggerFactory loggers) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => loggers.CreateLogger(categoryName);

        public void Dispose()
        {
        }
    }

    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
