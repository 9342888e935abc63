namespace FhirGateway.Settings;

/// <summary>
/// The certificate that the gateway shows to the destination (mutual TLS): PEM files, or one PFX. They are read again when they change.
/// </summary>
public sealed class ClientCertificateOptions
{
    /// <summary>
    /// PEM with the certificate and, after it, those that stand between it and its root; or a PFX with all of them and the key.
    /// </summary>
    public string? CertificateFile { get; init; }

    /// <summary>PEM with its private key; null: the key lies in <see cref="CertificateFile"/>.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Opens an encrypted key, or the PFX; null where neither is encrypted. Never logged.</summary>
    public string? Password { get; init; }
}
