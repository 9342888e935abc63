using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using FhirGateway.Ledger.Protection;
using FhirGateway.Ledger.Sqlite;
using Microsoft.Extensions.Time.Testing;

namespace FhirGateway.Ledger.Tests.Protection;

public sealed class SealTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("seal");

    private readonly FakeTimeProvider _clock = new();

    private string Keys => Path.Combine(_folder.FullName, "keys");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void What_an_earlier_program_kept_in_clear_is_read_as_it_is()
    {
        var seal = new Seal(KeyRing.In(Keys, null), _clock);

        Assert.Equal("{}", seal.Open("{}"));
        Assert.Equal("{}"u8.ToArray(), seal.Open("{}"u8.ToArray()));
        Assert.Null(seal.Open((string?)null));
    }

    [Theory]
    [InlineData("")]
    [InlineData("sealed1:not")]
    [InlineData("sealed2:not")]
    public void Any_text_comes_back_as_it_was_sealed(string text)
    {
        var seal = new Seal(KeyRing.In(Keys, null), _clock);

        Assert.Equal(text, seal.Open(seal.Close(text)));
        Assert.Equal(Encoding.UTF8.GetBytes(text), seal.Open(seal.Close(Encoding.UTF8.GetBytes(text))));
        Assert.NotEqual(seal.Close(text), seal.Close(text));
    }

    [Fact]
    public void What_was_changed_is_not_opened()
    {
        var seal = new Seal(KeyRing.In(Keys, null), _clock);
        var stored = seal.Close("{}"u8.ToArray());
        stored[^1] ^= 1;

        Assert.ThrowsAny<CryptographicException>(() => seal.Open(stored));
    }

    [Fact]
    public void What_is_cut_is_not_opened()
    {
        var seal = new Seal(KeyRing.In(Keys, null), _clock);
        var stored = seal.Close("{}"u8);

        for (var length = 30; length < stored.Length; length++)
            Assert.ThrowsAny<CryptographicException>(() => seal.Open(stored[..length]));
        for (var length = 0; length < stored.Length - 1; length++)
            Assert.ThrowsAny<CryptographicException>(() => seal.Open("sealed2:" + Convert.ToBase64String(stored.AsSpan(1, length))));
    }

    [Fact]
    public void What_the_ring_itself_sealed_before_there_were_data_keys_is_opened()
    {
        var ring = KeyRing.In(Keys, null);
        var before = ring.Protector(makesKeys: true).Protect("{}"u8.ToArray());
        var seal = new Seal(ring, _clock);

        Assert.Equal("{}"u8.ToArray(), seal.Open([1, .. before]));
        Assert.Equal("{}", seal.Open("sealed1:" + Convert.ToBase64String(before)));
    }

    [Fact]
    public void Another_who_has_the_ring_opens_what_was_sealed_by_any_number_of_keys()
    {
        var seal = new Seal(KeyRing.In(Keys, null), _clock);
        var stored = new List<byte[]>();
        for (var hour = 0; hour < 300; hour++)
        {
            stored.Add(seal.Close(BitConverter.GetBytes(hour)));
            _clock.Advance(TimeSpan.FromHours(1.1));
        }

        Assert.Equal(300, stored.Select(each => Convert.ToHexString(each.AsSpan(2, 96))).Distinct().Count());
        var another = new Seal(KeyRing.In(Keys, null), _clock);
        for (var hour = 0; hour < 300; hour++) Assert.Equal(BitConverter.GetBytes(hour), another.Open(stored[hour]));
    }

    [Fact]
    public void Of_very_many_values_sealed_at_once_none_shares_its_nonce_and_all_come_back()
    {
        var seal = new Seal(KeyRing.In(Keys, null), _clock);
        var stored = new byte[20_000][];
        Parallel.For(0, stored.Length, i => stored[i] = seal.Close(BitConverter.GetBytes(i)));

        Assert.Equal(stored.Length, stored.Select(each => Convert.ToHexString(each.AsSpan(98, 12))).Distinct().Count());
        Parallel.For(0, stored.Length, i => Assert.Equal(BitConverter.GetBytes(i), seal.Open(stored[i])));
    }

    [Fact]
    public void The_ring_is_its_owners_only()
    {
        if (OperatingSystem.IsWindows()) return; // it has no such modes
        new Seal(KeyRing.In(Keys, null), _clock).Close("");

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
