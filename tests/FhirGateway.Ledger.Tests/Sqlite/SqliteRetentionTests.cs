using System.Text;
using FhirGateway.Ledger.Sqlite;
using Microsoft.Extensions.Time.Testing;

namespace FhirGateway.Ledger.Tests.Sqlite;

/// <summary>What is removed from the ledger is gone from its file.</summary>
public sealed class SqliteRetentionTests : IDisposable
{
    private const int Messages = 300;
    private const int BodyBytes = 20_000;

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero));
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ledger");

    private string File => Path.Combine(_folder.FullName, "ledger.db");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task The_file_gets_smaller_by_what_was_removed()
    {
        await using (var ledger = SqliteLedger.Open(File, _clock)) await RecordAsync(ledger);
        var before = new FileInfo(File).Length;

        await using (var ledger = SqliteLedger.Open(File, _clock)) await RemoveAsync(ledger);

        Assert.InRange(before, Messages * BodyBytes, long.MaxValue);
        Assert.InRange(new FileInfo(File).Length, 0, before / 5);
    }

    [Fact]
    public async Task What_is_forgotten_gives_its_room_back_too()
    {
        const int Many = 2000;
        await using (var ledger = SqliteLedger.Open(File, _clock))
        {
            for (var i = 0; i < Many; i++)
            {
                await ledger.AcceptAsync(new NewMessage(
                    "clinic", $"m{i}", new byte[] { 1 }, null, null, _clock.GetUtcNow(), [new NewDelivery($"e{i}", "note", $"l{i}", "no")]));
            }

            await ledger.DeliveriesAsync(new DeliveryFilter());
            await RemoveAsync(ledger);
        }

        var before = new FileInfo(File).Length;
        await using (var ledger = SqliteLedger.Open(File, _clock))
        {
            var every = new Dictionary<string, DateTimeOffset?>();
            var (all, none) = (new SettledBefore(_clock.GetUtcNow(), every), new SettledBefore(null, every));
            for (long? next = 0; next is { } after;) next = (await ledger.RemoveReceiptsAsync(all, none, after)).Next;
            Assert.Empty(await ledger.DeliveriesAsync(new DeliveryFilter()));
        }

        Assert.InRange(new FileInfo(File).Length, 0, before / 3);
    }

    private async Task RecordAsync(SqliteLedger ledger)
    {
        for (var i = 0; i < Messages; i++)
        {
            var body = Encoding.UTF8.GetBytes(new string((char)('a' + (i % 26)), BodyBytes));
            await ledger.RecordAsync(new NewMessage("clinic", $"m{i}", body, null, null, _clock.GetUtcNow(), []));
        }
    }

    private async Task RemoveAsync(SqliteLedger ledger)
    {
        _clock.Advance(TimeSpan.FromDays(31));
        var before = new SettledBefore(_clock.GetUtcNow(), new Dictionary<string, DateTimeOffset?>());
        for (long? next = 0; next is { } after;) next = (await ledger.RemoveBodiesAsync(before, after)).Next;
    }
}
