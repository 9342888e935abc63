using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace FhirGateway.Cluster;

/// <summary>Where this gateway meets the others.</summary>
/// <param name="Name">The cluster's: gateways of another name on the same ledger are strangers.</param>
/// <param name="ConnectionString">The ledger's database (Npgsql's), whose tables say who is a member.</param>
/// <param name="Address">Where the others reach this one; null: the machine's first address.</param>
/// <param name="Port">The same for its port.</param>
/// <param name="Certificate">What this one proves itself by, to the others and they to it (mutual TLS); null: in the clear.</param>
/// <param name="Roots">The roots that the others' certificates must come from; with a certificate never null.</param>
public sealed record ClusterPlace(
    string Name, string ConnectionString, IPAddress? Address, int Port, X509Certificate2? Certificate, X509Certificate2Collection? Roots);
