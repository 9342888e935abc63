using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption;
using Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption.ConfigurationModel;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.DependencyInjection;

namespace FhirGateway.Ledger.Protection;

/// <summary>The ledger's own key ring, apart from whatever else the process protects by Data Protection.</summary>
/// <param name="place">Where it lies, for people.</param>
internal sealed class KeyRing(IXmlRepository repository, X509Certificate2? certificate, string place)
{
    // Never changed: what was sealed under these names is read under no other.
    private const string Name = "FhirGateway.Ledger";

    public string Place => place;

    public bool IsEmpty => repository.GetAllElements().All(element => element.Name.LocalName != "key");

    /// <summary>A ring in a folder.</summary>
    public static KeyRing In(string folder, X509Certificate2? certificate) =>
        new(KeyFolder.At(folder), certificate, $"the folder {folder}");

    /// <summary>Seals and opens by the keys as they lie there now; a new one is made each 90 days, and the old ones are kept.</summary>
    /// <param name="makesKeys">Whether keys may be made; otherwise nothing in the ring's place changes.</param>
    public IPersistedDataProtector Protector(bool makesKeys)
    {
        var services = new ServiceCollection();
        var protection = services.AddDataProtection().SetApplicationName(Name).UseCryptographicAlgorithms(
            new AuthenticatedEncryptorConfiguration { EncryptionAlgorithm = EncryptionAlgorithm.AES_256_GCM });
        services.Configure<KeyManagementOptions>(keys => keys.XmlRepository = repository);
        if (certificate is not null) protection.ProtectKeysWithCertificate(certificate);
        if (!makesKeys) protection.DisableAutomaticKeyGeneration();
        var provider = services.BuildServiceProvider().GetRequiredService<IDataProtectionProvider>();
        return (IPersistedDataProtector)provider.CreateProtector(Name);
    }
}
