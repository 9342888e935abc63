using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace FhirGateway.Tests.Destination.Proofs;

/// <summary>Issues certificates as a hospital's own authority does: by an intermediate, whose root is all that anybody trusts.</summary>
internal sealed class TestAuthority : IDisposable
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();
    private readonly X509Certificate2 _intermediate;

    public TestAuthority(string name)
    {
        var root = Request($"CN={name} root", isAuthority: true);
        Root = root.Request.CreateSelfSigned(Now.AddYears(-2), Now.AddYears(10));
        var below = Request($"CN={name} intermediate", isAuthority: true);
        using var issued = below.Request.Create(Root, Now.AddYears(-2), Now.AddYears(5), RandomNumberGenerator.GetBytes(8));
        _intermediate = issued.CopyWithPrivateKey(below.Key);
    }

    public X509Certificate2 Root { get; }

    public string RootPem => Root.ExportCertificatePem();

    /// <summary>The intermediate, as it follows a certificate in a PEM file.</summary>
    public string BetweenPem => "\n" + _intermediate.ExportCertificatePem() + "\n";

    public X509Certificate2Collection Chain(X509Certificate2 certificate) =>
        [certificate, X509CertificateLoader.LoadCertificate(_intermediate.RawData)];

    /// <summary>A certificate of 90 days for this machine, or for a client; with its key.</summary>
    /// <param name="until">When it ends, in days from now.</param>
    public X509Certificate2 Issue(string name, int until = 60)
    {
        var (request, key) = Request($"CN={name}", isAuthority: false);
        using var issued = request.Create(_intermediate, Now.AddDays(until - 90), Now.AddDays(until), RandomNumberGenerator.GetBytes(8));
        using var withKey = issued.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }

    public void Dispose()
    {
        Root.Dispose();
        _intermediate.Dispose();
    }

    private static (CertificateRequest Request, ECDsa Key) Request(string subject, bool isAuthority)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, true));
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        if (!isAuthority) request.CertificateExtensions.Add(names.Build());
        return (request, key);
    }
}
