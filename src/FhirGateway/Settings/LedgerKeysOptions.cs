namespace FhirGateway.Settings;

/// <summary>Where the keys lie that seal what the ledger keeps of payloads, and what seals the keys.</summary>
public sealed class LedgerKeysOptions
{
    /// <summary>
    /// The key ring's folder, made owner-only if it is missing. A relative one begins where the ledger's path does. Null: <c>keys</c>
    /// beside the SQLite file; with PostgreSQL a table of the ledger's own, which all gateways share.
    /// </summary>
    public string? Folder { get; init; }

    /// <summary>
    /// PEM, or a PFX, with the RSA certificate that seals the ring where it lies; null: the ring is in clear, for whoever can read it
    /// there. All gateways of one ledger have the same. Its dates don't count.
    /// </summary>
    public string? CertificateFile { get; init; }

    /// <summary>PEM with the certificate's private key; null: it lies in <see cref="CertificateFile"/>.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Opens an encrypted key, or the PFX; null where neither is encrypted. Never logged.</summary>
    public string? Password { get; init; }
}
