using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using FhirGateway.Settings;

namespace FhirGateway.Destination.Proofs;

/// <summary>The certificate that the gateway shows, with its private key.</summary>
/// <param name="Between">What stands between it and its root, and is shown along with it.</param>
internal sealed record ClientCertificate(X509Certificate2 Certificate, X509Certificate2Collection Between)
{
    private static readonly TimeSpan Soon = TimeSpan.FromDays(30);

    /// <summary>The files that make it, in the order in which <see cref="Read"/> takes them.</summary>
    public static IReadOnlyList<string> FilesOf(ClientCertificateOptions options) =>
        options.KeyFile is { Length: > 0 } key ? [options.CertificateFile!, key] : [options.CertificateFile!];

    /// <summary>Reads it from PEM or PFX.</summary>
    /// <exception cref="CryptographicException">The files hold no certificate with its key, or the password opens it not.</exception>
    public static ClientCertificate Read(ClientCertificateOptions options, IReadOnlyList<byte[]> files)
    {
        var all = new X509Certificate2Collection();
        var certificate = files[0].AsSpan().IndexOf("-----BEGIN"u8) < 0
            ? OfPfx(files[0], options.Password, all)
            : OfPem(Encoding.UTF8.GetString(files[0]), Encoding.UTF8.GetString(files[^1]), options.Password, all);
        var between = all.Where(each => each.Thumbprint != certificate.Thumbprint && !IsRoot(each));
        return new ClientCertificate(certificate, [.. between]);
    }

    /// <summary>Why it will not be taken at this time, or not much longer, in words; null when nothing is wrong with its dates.</summary>
    /// <param name="at">Where its destination is configured.</param>
    /// <param name="isOver">Whether it is refused already.</param>
    public string? Doubt(DateTimeOffset now, string at, out bool isOver)
    {
        var (from, until) = (new DateTimeOffset(Certificate.NotBefore), new DateTimeOffset(Certificate.NotAfter));
        isOver = now > until || now < from;
        var file = $"{at}:ClientCertificate:CertificateFile";
        return now > until ? $"The client certificate ended on {Day(until)}: put another one at {file}."
            : now < from ? $"The client certificate holds only from {Day(from)} on: {file}."
            : until - now < Soon ? $"The client certificate ends on {Day(until)}: put another one at {file} in time."
            : null;
    }

    private static string Day(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);

    private static bool IsRoot(X509Certificate2 certificate) =>
        certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);

    private static X509Certificate2 OfPfx(byte[] bytes, string? password, X509Certificate2Collection all)
    {
        all.AddRange(X509CertificateLoader.LoadPkcs12Collection(bytes, password));
        return all.FirstOrDefault(each => each.HasPrivateKey) ?? throw new CryptographicException("It holds no private key.");
    }

    private static X509Certificate2 OfPem(string certificates, string key, string? password, X509Certificate2Collection all)
    {
        all.ImportFromPem(certificates);
        if (all.Count == 0) throw new CryptographicException("It holds no certificate.");
        if (key.Contains("ENCRYPTED PRIVATE KEY", StringComparison.Ordinal) && password is not { Length: > 0 })
            throw new CryptographicException("Its key is encrypted, and no Password is set.");
        using var ephemeral = password is { Length: > 0 } && key.Contains("ENCRYPTED PRIVATE KEY", StringComparison.Ordinal)
            ? X509Certificate2.CreateFromEncryptedPem(certificates, key, password)
            : X509Certificate2.CreateFromPem(certificates, key);

        // Windows' TLS takes no key that lies in memory only.
        return X509CertificateLoader.LoadPkcs12(ephemeral.Export(X509ContentType.Pkcs12), null);
    }
}
