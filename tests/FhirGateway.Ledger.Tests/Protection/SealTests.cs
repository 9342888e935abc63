using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using FhirGateway.Ledger.Protection;
using FhirGateway.Ledger.Sqlite;

namespace FhirGateway.Ledger.Tests.Protection;

public sealed class SealTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("seal");

    private string Keys => Path.Combine(_folder.FullName, "keys");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void What_an_earlier_program_kept_in_clear_is_read_as_it_is()
    {
        var seal = new Seal(KeyRing.In(Keys, null));

        Assert.Equal("{}", seal.Open("{}"));
        Assert.Equal("{}"u8.ToArray(), seal.Open("{}"u8.ToArray()));
        Assert.Null(seal.Open((string?)null));
    }

    [Theory]
    [InlineData("")]
    [InlineData("sealed1:not")]
    public void Any_text_comes_back_as_it_was_sealed(string text)
    {
        var seal = new Seal(KeyRing.In(Keys, null));

        Assert.Equal(text, seal.Open(seal.Close(text)));
        Assert.Equal(Encoding.UTF8.GetBytes(text), seal.Open(seal.Close(Encoding.UTF8.GetBytes(text))));
        Assert.NotEqual(seal.Close(text), seal.Close(text));
    }

    [Fact]
    public void What_was_changed_is_not_opened()
    {
        var seal = new Seal(KeyRing.In(Keys, null));
        var stored = seal.Close("{}"u8.ToArray());
        stored[^1] ^= 1;

        Assert.ThrowsAny<CryptographicException>(() => seal.Open(stored));
    }

    [Fact]
    public void The_ring_is_its_owners_only()
    {
        if (OperatingSystem.IsWindows()) return; // it has no such modes
        new Seal(KeyRing.In(Keys, null)).Close("");

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Keys));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Assert.Single(Directory.GetFiles(Keys))));
    }

    [Fact]
    public async Task A_ring_sealed_by_a_certificate_is_of_no_use_without_it()
    {
        var ledger = Path.Combine(_folder.FullName, "ledger.db");
        using var certificate = NewCertificate();
        using var another = NewCertificate();
        await using (var opened = SqliteLedger.Open(ledger, TimeProvider.System, new LedgerKeys { Certificate = certificate }))
            await opened.PutCorrelationAsync("s", "k", "value");

        Assert.DoesNotContain("masterKey", await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(Keys))), StringComparison.Ordinal);
        Assert.Throws<KeyRingException>(() => SqliteLedger.Open(ledger, TimeProvider.System));
        Assert.Throws<KeyRingException>(
            () => SqliteLedger.Open(ledger, TimeProvider.System, new LedgerKeys { Certificate = another }));
        Assert.Single(Directory.GetFiles(Keys));
        await using var again = SqliteLedger.Open(ledger, TimeProvider.System, new LedgerKeys { Certificate = certificate });
        Assert.Equal("value", await again.GetCorrelationAsync("s", "k"));
    }

    private static X509Certificate2 NewCertificate()
    {
        using var key = RSA.Create(2048);
        var now = TimeProvider.System.GetUtcNow();
        return new CertificateRequest("CN=ring", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}
