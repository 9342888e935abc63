using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FhirGateway.Cluster;
using FhirGateway.Destination.Proofs;
using FhirGateway.Pipeline;
using FhirGateway.Settings;
using Microsoft.Extensions.Options;

namespace FhirGateway;

/// <summary>
/// Makes this gateway a member of the cluster that the settings name. Apart from the host, so that a gateway alone never loads what it
/// takes.
/// </summary>
internal static class ClusterJoining
{
    private const string At = "Gateway:Cluster";

    public static void Add(IServiceCollection services)
    {
        services.AddSingleton(PlaceOf);
        services.AddSingleton<SharedMember>();
        services.AddSingleton<ITurns, TurnsInCluster>();
    }

    /// <summary>The same for the parts of a named destination, which share the program's membership.</summary>
    public static void Share(IServiceCollection services, IServiceProvider program)
    {
        services.AddSingleton(program.GetRequiredService<SharedMember>());
        services.AddSingleton<ITurns, TurnsInCluster>();
    }

    /// <exception cref="InvalidOperationException">
    /// Its certificate or roots can't be used: the message says which setting to look at.
    /// </exception>
    private static ClusterPlace PlaceOf(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<IOptions<GatewaySettings>>().Value;
        var cluster = options.Cluster;
        return new ClusterPlace(
            cluster.Name,
            options.Ledger.ConnectionString!,
            cluster.Address is { Length: > 0 } address ? IPAddress.Parse(address) : null,
            cluster.Port,
            Read($"{At}:CertificateFile", cluster.CertificateFile, _ => CertificateOf(cluster)),
            Read($"{At}:CaFile", cluster.CaFile, RootsOf));
    }

    private static X509Certificate2 CertificateOf(ClusterOptions cluster)
    {
        var files = new ClientCertificateOptions
        {
            CertificateFile = cluster.CertificateFile,
            KeyFile = cluster.KeyFile,
            Password = cluster.Password,
        };
        return ClientCertificate.Read(files, [.. ClientCertificate.FilesOf(files).Select(File.ReadAllBytes)]).Certificate;
    }

    private static X509Certificate2Collection RootsOf(string file)
    {
        var roots = new X509Certificate2Collection();
        roots.ImportFromPemFile(file);
        return roots.Count > 0 ? roots : throw new CryptographicException("It holds no certificate.");
    }

    private static T? Read<T>(string setting, string? file, Func<string, T> read)
        where T : class
    {
        if (file is not { Length: > 0 }) return null;
        try
        {
            return read(file);
        }
        catch (Exception failure)
            when (failure is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new InvalidOperationException($"{setting} can't be used: {failure.Message}", failure);
        }
    }
}
