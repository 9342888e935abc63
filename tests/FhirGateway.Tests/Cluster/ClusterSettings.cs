using System.Net;
using System.Net.Sockets;
using FhirGateway.Testing;

namespace FhirGateway.Tests.Cluster;

/// <summary>The settings of one gateway of a cluster on this machine.</summary>
internal static class ClusterSettings
{
    public static Dictionary<string, string?> Of(PostgresRoom room) => new()
    {
        ["Gateway:Ledger:ConnectionString"] = room.ConnectionString,
        ["Gateway:Cluster:Enabled"] = "true",
        ["Gateway:Cluster:Address"] = "127.0.0.1",
        ["Gateway:Cluster:Port"] = $"{FreePort()}",
    };

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
