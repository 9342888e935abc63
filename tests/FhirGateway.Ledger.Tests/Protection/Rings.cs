using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.DependencyInjection;

namespace FhirGateway.Ledger.Tests.Protection;

/// <summary>What an administrator, or time, does to a key ring.</summary>
internal static class Rings
{
    /// <summary>Adds a key that seals from now on.</summary>
    public static void AddKey(IXmlRepository ring)
    {
        var services = new ServiceCollection();
        services.AddDataProtection();
        services.Configure<KeyManagementOptions>(keys => keys.XmlRepository = ring);
        using var provider = services.BuildServiceProvider();
        var now = TimeProvider.System.GetUtcNow();
        provider.GetRequiredService<IKeyManager>().CreateNewKey(now, now.AddDays(90));
    }
}
