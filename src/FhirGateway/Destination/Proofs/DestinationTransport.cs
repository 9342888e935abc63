using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using FhirGateway.Settings;
using FhirGateway.Telemetry;

namespace FhirGateway.Destination.Proofs;

/// <summary>
/// The wire to the destination and its token endpoint: sockets, with the client certificate and the roots that are configured. Where their
/// files change, new connections are made with what they hold now.
/// </summary>
public sealed class DestinationTransport : HttpMessageHandler
{
    private readonly DestinationOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly ReadAgain<Wire> _wire;

    public DestinationTransport(DestinationOptions options, TimeProvider clock, ILogger<DestinationTransport> logger)
    {
        (_options, _clock, _logger) = (options, clock, logger);
        _wire = new ReadAgain<Wire>(
            FilesOf(_options), Make, clock, failure => DestinationLog.CertificateUnusable(logger, options.At, failure.Message));
    }

    /// <summary>What is wrong with the dates of the client certificate, and whether it is refused already; null for nothing.</summary>
    public (string Words, bool IsOver)? Doubt
    {
        get
        {
            if (_options.ClientCertificate is null) return null;
            return _wire.Current.Certificate?.Doubt(_clock.GetUtcNow(), _options.At, out var isOver) is { } words ? (words, isOver) : null;
        }
    }

    /// <summary>Reads roots from PEM.</summary>
    /// <exception cref="CryptographicException">There is no certificate in it.</exception>
    internal static X509Certificate2Collection Roots(byte[] pem)
    {
        var roots = new X509Certificate2Collection();
        roots.ImportFromPem(Encoding.UTF8.GetString(pem));
        return roots.Count > 0 ? roots : throw new CryptographicException("It holds no certificate in PEM.");
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        _wire.Current.Sockets.SendAsync(request, cancellationToken);

    private static List<string> FilesOf(DestinationOptions options) =>
    [
        .. options.ClientCertificate is { } certificate ? ClientCertificate.FilesOf(certificate) : [],
        .. options.CaFile is { Length: > 0 } roots ? new[] { roots } : [],
    ];

    // The one before is not disposed of: requests may be on their way through it. Its connections end when they are idle.
    private Wire Make(IReadOnlyList<byte[]> files)
    {
        var certificate = _options.ClientCertificate is { } options
            ? ClientCertificate.Read(options, [.. files.Take(ClientCertificate.FilesOf(options).Count)])
            : null;
        if (certificate?.Doubt(_clock.GetUtcNow(), _options.At, out _) is { } doubt) DestinationLog.CertificateInDoubt(_logger, doubt);
        var sockets = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            UseCookies = false,
            SslOptions = new SslClientAuthenticationOptions
            {
                ClientCertificateContext = certificate is null
                    ? null
                    : SslStreamCertificateContext.Create(certificate.Certificate, certificate.Between, offline: true),
                CertificateChainPolicy = _options.CaFile is { Length: > 0 } ? Only(Roots(files[^1])) : null,
            },
        };
        return new Wire(new HttpMessageInvoker(sockets), certificate);
    }

    private static X509ChainPolicy Only(X509Certificate2Collection roots)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,

            // As without a policy: many issuers of the inside of a hospital publish no revocations.
            RevocationMode = X509RevocationMode.NoCheck,
        };
        policy.CustomTrustStore.AddRange(roots);
        return policy;
    }

    private sealed record Wire(HttpMessageInvoker Sockets, ClientCertificate? Certificate);
}
