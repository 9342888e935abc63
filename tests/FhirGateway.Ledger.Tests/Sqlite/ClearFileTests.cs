using System.Text;
using Dapper;
using FhirGateway.Ledger.Protection;
using FhirGateway.Ledger.Sqlite;
using FhirGateway.Testing;
using Microsoft.Data.Sqlite;

namespace FhirGateway.Ledger.Tests.Sqlite;

/// <summary>A file of the first release, which kept all in clear.</summary>
public sealed class ClearFileTests : IDisposable
{
    private const string Secret = "Herzrhythmus-Zebrafink";
    private const int Messages = 300;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("clear");

    private string Path => System.IO.Path.Combine(_folder.FullName, "ledger.db");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task It_is_sealed_when_it_is_opened_and_nothing_of_its_text_is_left_in_file_or_log()
    {
        await FirstReleaseAsync();
        var progress = new List<SealingProgress>();

        await using var ledger = SqliteLedger.Open(Path, TimeProvider.System, report: progress.Add);

        Assert.False(Contains(StoreCopy.Of(Path), Secret), "It is in clear.");
        Assert.Equal(
            [("body", Messages), ("delivery", Messages), ("attempt", Messages), ("version", Messages), ("correlation", Messages), ("file", 0L)],
            progress.Select(each => (each.Part, each.Rows)));
        await AssertReadableAsync(ledger);
    }

    [Theory]
    [InlineData("body")]
    [InlineData("delivery")]
    [InlineData("correlation")]
    public async Task It_is_sealed_to_the_end_by_the_next_opening(string stoppedAfter)
    {
        await FirstReleaseAsync();
        Assert.Throws<TimeoutException>(() => SqliteLedger.Open(Path, TimeProvider.System, report: at =>
        {
            if (at.Part == stoppedAfter) throw new TimeoutException();
        }));

        await using var ledger = SqliteLedger.Open(Path, TimeProvider.System);

        Assert.False(Contains(StoreCopy.Of(Path), Secret), "It is in clear.");
        await AssertReadableAsync(ledger);
    }

    [Fact]
    public async Task What_is_in_clear_is_read_meanwhile()
    {
        await FirstReleaseAsync();
        await using (SqliteLedger.Open(Path, TimeProvider.System))
        {
        }

        await using (var connection = new SqliteConnection($"Data Source={Path};Pooling=false"))
            await connection.ExecuteAsync($"UPDATE body SET body = CAST('{Secret} 7' AS BLOB) WHERE sequence = 7");

        await using var ledger = SqliteLedger.Open(Path, TimeProvider.System);
        await AssertReadableAsync(ledger);
    }

    private static bool Contains(byte[] bytes, string text) => bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;

    private static async Task AssertReadableAsync(SqliteLedger ledger)
    {
        Assert.Equal($"{Secret} 7", Encoding.UTF8.GetString((await ledger.MessageBodyAsync("m7"))!));
        var delivery = await ledger.DeliveryAsync("d7");
        Assert.Equal(
            (Secret, Secret, Secret, Secret),
            (delivery!.Delivery.Reason, delivery.Delivery.Outcome, delivery.Delivery.Receipt, delivery.Attempts[0].Reason));
        Assert.Equal(Secret, await ledger.GetCorrelationAsync("s", "k7"));
        var version = Assert.Single(await ledger.LatestVersionsAsync("s", ["set7"]));
        Assert.Equal((Secret, Secret), (version.Document, version.Owned));
    }

    private async Task FirstReleaseAsync()
    {
        await using var connection = new SqliteConnection($"Data Source={Path};Pooling=false");
        var at = "2026-01-01T00:00:00.0000000Z";
        await connection.ExecuteAsync($"""
            {FirstReleaseLedger.Sql}
            CREATE TEMP TABLE n AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {Messages}) SELECT i FROM n;
            INSERT INTO message (id, source, identity, received_at, body_bytes, body_sha256, body)
            SELECT 'm' || i, 's', 'i' || i, '{at}', 0, '', CAST('{Secret} ' || i AS BLOB) FROM n;
            INSERT INTO delivery (id, message_id, source, event_key, event_type, lane, state, reason, outcome, receipt, received_at, changed_at)
            SELECT 'd' || i, 'm' || i, 's', 'e' || i, 'e', 'l', 'delivered', '{Secret}', '{Secret}', '{Secret}', '{at}', '{at}' FROM n;
            INSERT INTO attempt (token, delivery_id, number, started_at, reason) SELECT 't' || i, 'd' || i, 1, '{at}', '{Secret}' FROM n;
            INSERT INTO version (delivery_id, delivery_sequence, source, set_key, version_id, version_order, document, owned)
            SELECT 'd' || i, i, 's', 'set' || i, 'v', '1', '{Secret}', '{Secret}' FROM n;
            INSERT INTO correlation (source, key, value, changed_at) SELECT 's', 'k' || i, '{Secret}', '{at}' FROM n
            """);
    }
}
