using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FhirGateway.Ledger.Protection;
using FhirGateway.Ledger.Sqlite;
using FhirGateway.Tests.Destination;

namespace FhirGateway.Tests.CommandLine;

/// <summary>The keys that seal the ledger, as whoever runs the gateway meets them.</summary>
public sealed class LedgerKeysTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fhirgateway-keys-");

    private string LedgerPath => Path.Combine(_folder.FullName, "ledger.db");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task They_lie_where_they_are_told_to_and_nothing_is_written_to_the_users_home()
    {
        var home = _folder.CreateSubdirectory("home");
        var settings = Settings(("Folder", "../ring"), ("CertificateFile", PemOf(RSA.Create(2048))));
        await using (var gateway = await GatewayProcess.StartAsync(
            settings, new() { ["HOME"] = home.FullName, ["STATE_DIRECTORY"] = home.FullName }))
            await gateway.SendAsync(Notes.Source, Notes.Of("pat-1"));

        Assert.Empty(home.GetFileSystemInfos(".aspnet"));
        var ring = Path.Combine(_folder.FullName, "ring");
        Assert.DoesNotContain("masterKey", await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(ring))), StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_folder.FullName, "keys")));
        Assert.Throws<KeyRingException>(() => SqliteLedger.Open(LedgerPath, TimeProvider.System));
    }

    [Fact]
    public async Task Without_them_the_gateway_says_which_setting_to_look_at_and_does_not_start()
    {
        await using (SqliteLedger.Open(LedgerPath, TimeProvider.System))
        {
        }

        Directory.Delete(Path.Combine(_folder.FullName, "keys"), recursive: true);
        var (exit, _, error) = await RefuseAsync(Settings());

        Assert.Equal(1, exit);
        Assert.Contains("there is no key ring in the folder", error, StringComparison.Ordinal);
        Assert.Contains("restore the ring from the backup", error, StringComparison.Ordinal);
        Assert.Contains("Gateway:Ledger:Keys:Folder says where the ring lies", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_that_is_missing_or_can_seal_no_ring_is_told_in_a_sentence()
    {
        var (exit, _, missing) = await RefuseAsync(Settings(("CertificateFile", Path.Combine(_folder.FullName, "none.pem"))));
        Assert.Equal(2, exit);
        Assert.StartsWith("Gateway:Ledger:Keys:CertificateFile can't be used: ", missing, StringComparison.Ordinal);

        var (_, _, curve) = await RefuseAsync(Settings(("CertificateFile", PemOf(ECDsa.Create()))));
        Assert.StartsWith("Gateway:Ledger:Keys:CertificateFile holds no RSA certificate", curve, StringComparison.Ordinal);

        var (_, _, alone) = await RefuseAsync(Settings(("Password", "of nothing")));
        Assert.StartsWith("Gateway:Ledger:Keys has a KeyFile or a Password, and no CertificateFile", alone, StringComparison.Ordinal);
        Assert.False(File.Exists(LedgerPath));
    }

    private static Task<(int Exit, string Output, string Error)> RefuseAsync(Dictionary<string, string> settings) =>
        GatewayProcess.RefuseAsync(new(settings) { ["urls"] = "http://127.0.0.1:0", ["Gateway:Destination:Sandbox"] = "true" });

    private Dictionary<string, string> Settings(params (string Name, string Value)[] keys)
    {
        var settings = keys.ToDictionary(each => "Gateway:Ledger:Keys:" + each.Name, each => each.Value);
        settings["Gateway:Ledger:Path"] = LedgerPath;
        return settings;
    }

    private string PemOf(AsymmetricAlgorithm key)
    {
        using (key)
        {
            var request = key is RSA rsa
                ? new CertificateRequest("CN=ring", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
                : new CertificateRequest("CN=ring", (ECDsa)key, HashAlgorithmName.SHA256);
            var now = TimeProvider.System.GetUtcNow();
            using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
            var file = Path.Combine(_folder.FullName, "ring.pem");
            File.WriteAllText(file, certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem());
            return file;
        }
    }
}
