using System.Security.Cryptography;
using System.Text;

namespace FhirGateway.Cluster;

/// <summary>
/// Keys of lanes for grains, the same in every gateway of one ledger: from a key, and without the ledger's secret, nobody can find out
/// which identifiers its lane holds.
/// </summary>
internal sealed class LaneKeys(byte[] secret)
{
    private const int Bytes = 16;

    public string Of(LaneName lane) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes($"{lane.Source}\n{lane.Lane}")).AsSpan(0, Bytes));
}
