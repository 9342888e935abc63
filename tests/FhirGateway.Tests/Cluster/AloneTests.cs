using System.Globalization;

namespace FhirGateway.Tests.Cluster;

/// <summary>A gateway alone pays nothing for what a cluster takes.</summary>
public sealed class AloneTests
{
    [Fact]
    public async Task A_gateway_alone_never_loads_Orleans()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "What a process has loaded is read from /proc.");
        await using var gateway = await GatewayProcess.StartAsync([]);
        (await gateway.Http.GetAsync(new Uri("health/ready", UriKind.Relative))).EnsureSuccessStatusCode();

        var loaded = await File.ReadAllTextAsync($"/proc/{gateway.Id.ToString(CultureInfo.InvariantCulture)}/maps");

        Assert.Contains("FhirGateway.Ledger.dll", loaded, StringComparison.Ordinal);
        Assert.DoesNotContain("Orleans", loaded, StringComparison.Ordinal);
        Assert.DoesNotContain("FhirGateway.Cluster.dll", loaded, StringComparison.Ordinal);
    }
}
