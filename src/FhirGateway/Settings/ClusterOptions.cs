namespace FhirGateway.Settings;

/// <summary>Several gateways on one PostgreSQL ledger as a cluster (Orleans), which gives each lane its place at one of them.</summary>
public sealed class ClusterOptions
{
    /// <summary>Whether this gateway joins. Without it gateways share a ledger all the same, each claiming what it finds.</summary>
    public bool Enabled { get; init; }

    /// <summary>The cluster's name, the same for all gateways of one ledger.</summary>
    public string Name { get; init; } = "fhirgateway";

    /// <summary>The IP address of this machine at which the others reach it; null: its first that is not a loopback.</summary>
    public string? Address { get; init; }

    /// <summary>The TCP port at which the others reach it. Nobody else must: see <c>docs/several-gateways.md</c>.</summary>
    public int Port { get; init; } = 11111;

    /// <summary>
    /// PEM, or a PFX, with the certificate by which the gateways prove themselves to each other (mutual TLS); null: they talk in the clear.
    /// </summary>
    public string? CertificateFile { get; init; }

    /// <summary>PEM with the certificate's private key; null: it lies in <see cref="CertificateFile"/>.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Opens an encrypted key, or the PFX; null where neither is encrypted. Never logged.</summary>
    public string? Password { get; init; }

    /// <summary>
    /// PEM with the only roots that the others' certificates may come from, and with what stands between: a CA for gateways alone.
    /// </summary>
    public string? CaFile { get; init; }
}
