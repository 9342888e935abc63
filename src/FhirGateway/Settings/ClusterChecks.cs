using System.Net;
using Microsoft.Extensions.Options;

namespace FhirGateway.Settings;

/// <summary>Refuses to start as a member of a cluster that could not be.</summary>
public sealed class ClusterChecks : IValidateOptions<GatewaySettings>
{
    private const string At = "Gateway:Cluster";
    private const int LongestName = 150;

    public ValidateOptionsResult Validate(string? name, GatewaySettings options)
    {
        if (!options.Cluster.Enabled) return ValidateOptionsResult.Success;
        List<string> wrong = [.. OfCluster(options.Cluster)];
        if (options.Ledger.ConnectionString is not { Length: > 0 })
        {
            wrong.Add($"{At}:Enabled is true, and the ledger is a file: only gateways that share a PostgreSQL can be a cluster. Set "
                + "Gateway:Ledger:ConnectionString, or leave the cluster out.");
        }

        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }

    private static IEnumerable<string> OfCluster(ClusterOptions cluster)
    {
        if (string.IsNullOrWhiteSpace(cluster.Name) || cluster.Name.Length > LongestName)
            yield return $"{At}:Name must have from 1 to {LongestName} characters, and be the same for all gateways of the ledger.";
        if (cluster.Address is { Length: > 0 } address && !IsOfAMachine(address))
        {
            yield return $"{At}:Address is \"{address}\": give the IP address at which the other gateways reach this one, or none for the "
                + "machine's first.";
        }

        if (cluster.Port is < 1 or > IPEndPoint.MaxPort) yield return $"{At}:Port must be from 1 to {IPEndPoint.MaxPort}.";
        if (cluster.CertificateFile is { Length: > 0 } != cluster.CaFile is { Length: > 0 })
        {
            yield return $"{At}:CertificateFile and {At}:CaFile go together: the one proves this gateway, the other says whose proofs it "
                + "believes.";
        }
        else if (cluster.CertificateFile is not { Length: > 0 } && (cluster.KeyFile ?? cluster.Password) is { Length: > 0 })
        {
            yield return $"{At} has a KeyFile or a Password, and no CertificateFile: name the certificate, or leave them out.";
        }
    }

    private static bool IsOfAMachine(string text) =>
        IPAddress.TryParse(text, out var address) && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any);
}
