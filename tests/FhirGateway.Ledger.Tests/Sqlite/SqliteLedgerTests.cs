using Dapper;
using FhirGateway.Ledger.Protection;
using FhirGateway.Ledger.Sqlite;
using FhirGateway.Testing;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Data.Sqlite;

namespace FhirGateway.Ledger.Tests.Sqlite;

public sealed class SqliteLedgerTests : LedgerContract
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ledger");

    private string Path => System.IO.Path.Combine(_folder.FullName, "ledger.db");

    protected override ILedger OpenLedger() => SqliteLedger.Open(Path, Clock);

    private string Keys => System.IO.Path.Combine(_folder.FullName, "keys");

    private protected override IXmlRepository Ring => KeyFolder.At(Keys);

    private protected override byte[] Stored() => StoreCopy.Of(Path);

    private protected override void RemoveRing() => Directory.Delete(Keys, recursive: true);

    protected override void RemoveStore() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Nothing_is_called_recorded_once_the_file_is_gone()
    {
        var path = System.IO.Path.Combine(_folder.FullName, "gone.db");
        await using var ledger = SqliteLedger.Open(path, Clock);
        await ledger.LearnAsync("subject", "name", "before");

        File.Delete(path);

        await Assert.ThrowsAsync<FileNotFoundException>(() => ledger.LearnAsync("subject", "name", "after"));
        await Assert.ThrowsAsync<FileNotFoundException>(() => ledger.RequireWritableAsync(0));
    }

    [Fact]
    public async Task Nothing_is_called_recorded_once_another_file_is_in_its_place()
    {
        var (path, other) = (System.IO.Path.Combine(_folder.FullName, "replaced.db"), System.IO.Path.Combine(_folder.FullName, "other.db"));
        await using (SqliteLedger.Open(other, Clock))
        {
        }

        await using var ledger = SqliteLedger.Open(path, Clock);
        await ledger.LearnAsync("subject", "name", "before");

        File.Move(other, path, overwrite: true);

        await Assert.ThrowsAsync<FileNotFoundException>(() => ledger.LearnAsync("subject", "name", "after"));
    }

    [Fact]
    public async Task An_empty_file_is_brought_to_the_schema()
    {
        var path = System.IO.Path.Combine(_folder.FullName, "empty.db");
        await File.WriteAllBytesAsync(path, []);
        await using (SqliteLedger.Open(path, Clock))
        {
        }

        Assert.Equal(SqliteSchema.Version, await Scalar<int>(path, "PRAGMA user_version"));
        Assert.Equal("wal", await Scalar<string>(path, "PRAGMA journal_mode"));
    }

    [Theory]
    [InlineData(
        "2026-01-01T00:00:00.000Z|2026-01-02T00:00:00.000Z|019b7a5e-0000-7000-8000-000000000001",
        "2026-01-01T00:00:00.000Z|2026-01-02T00:00:00.000Z")]
    [InlineData("2026-01-01T00:00:00.000Z|2026-01-02T00:00:00.000Z", "2026-01-01T00:00:00.000Z|2026-01-02T00:00:00.000Z")]
    public async Task A_version_that_an_older_program_recorded_keeps_its_place_among_later_ones(string recorded, string expected)
    {
        var path = await FirstReleaseAsync($"""
            INSERT INTO message (id, source, identity, received_at, body_bytes, body_sha256, body)
            VALUES ('m', 's', 'i', '2026-01-01T00:00:00.0000000Z', 0, '', x'');
            INSERT INTO delivery (id, message_id, source, event_key, event_type, lane, state, received_at, changed_at)
            VALUES ('d', 'm', 's', 'k', 'e', 'l', 'delivered', '2026-01-01T00:00:00.0000000Z', '2026-01-01T00:00:00.0000000Z');
            INSERT INTO version (delivery_id, delivery_sequence, source, set_key, version_id, version_order, document, owned)
            VALUES ('d', 1, 's', 'set', 'v', '{recorded}', 'null', '[]')
            """);

        await using var ledger = SqliteLedger.Open(path, Clock);
        var version = Assert.Single(await ledger.LatestVersionsAsync("s", ["set"]));
        Assert.Equal((expected, null, false), (version.Order, version.Subject, version.IsLate));
    }

    [Fact]
    public async Task A_message_that_the_first_release_recorded_in_capitals_is_not_taken_as_new_in_small_letters()
    {
        const string capitals = "4E0B6D3C-92D5-4E0E-9F5E-3F6D2F6A1CAB";
        var path = await FirstReleaseAsync($"""
            INSERT INTO message (id, source, identity, received_at, body_bytes, body_sha256, body) VALUES ('m', 's', '{capitals}', '2026-01-01T00:00:00.0000000Z', 0, '', x'');
            INSERT INTO delivery (id, message_id, source, event_key, event_type, lane, state, received_at, changed_at)
            VALUES ('d', 'm', 's', '{capitals}|Kind|{capitals}|x\|{capitals}', 'e', 'l', 'delivered', '2026-01-01T00:00:00.0000000Z', '2026-01-01T00:00:00.0000000Z');
            INSERT INTO correlation (source, key, value, changed_at) VALUES ('s', '{capitals}', '1', '2026-01-01T00:00:00.0000000Z')
            """);
        await using var ledger = SqliteLedger.Open(path, Clock);
        var small = capitals.ToLowerInvariant();

        var again = await ledger.RecordAsync(new NewMessage("s", small, new byte[] { 1 }, null, null, Clock.GetUtcNow(), []));

        Assert.Equal((true, "m"), (again.Duplicate, again.MessageId));
        Assert.Equal($"{small}|Kind|{small}|x\\|{capitals}", Assert.Single(again.Deliveries).EventKey);
        Assert.Equal("1", await ledger.GetCorrelationAsync("s", small));
    }

    [Fact]
    public async Task Two_messages_that_the_first_release_took_for_different_ones_are_both_kept()
    {
        const string insert = "INSERT INTO message (id, source, identity, received_at, body_bytes, body_sha256, body) VALUES";
        var path = await FirstReleaseAsync($"""
            {insert} ('first', 's', '4E0B6D3C-92D5-4E0E-9F5E-3F6D2F6A1CAB', '2026-01-01T00:00:00.0000000Z', 0, '', x'');
            {insert} ('second', 's', '4e0b6d3c-92d5-4e0e-9f5e-3f6d2f6a1cab', '2026-01-01T00:00:00.0000000Z', 0, '', x'')
            """);
        await using var ledger = SqliteLedger.Open(path, Clock);

        Assert.Equal(["second", "first"], (await ledger.MessagesAsync(new MessageFilter())).Select(message => message.Id));
    }

    [Fact]
    public async Task A_delivery_that_the_first_release_parked_for_a_correlation_in_capitals_is_not_missed_in_small_letters()
    {
        var path = await FirstReleaseAsync($"""
            INSERT INTO message (id, source, identity, received_at, body_bytes, body_sha256, body)
            VALUES ('m', 'clinic', 'm', '2026-01-01T00:00:00.0000000Z', 2, 'x', x'7B7D');
            INSERT INTO delivery (id, message_id, source, event_key, event_type, lane, state, waits_for, due_at, attempts, received_at, changed_at)
            VALUES ('d', 'm', 'clinic', 'e', 'note', 'l', 'parked', 'correlation:4E0B6D3C-92D5-4E0E-9F5E-3F6D2F6A1CAB', '2099-01-01T00:00:00.0000000Z', 1,
                    '2026-01-01T00:00:00.0000000Z', '2026-01-01T00:00:00.0000000Z')
            """);
        await using var ledger = SqliteLedger.Open(path, Clock);

        Assert.Equal(1, await ledger.PutCorrelationAsync("clinic", "4e0b6d3c-92d5-4e0e-9f5e-3f6d2f6a1cab", "{}"));
    }

    [Fact]
    public async Task Of_two_versions_that_the_first_release_recorded_the_one_that_came_late_is_not_the_latest()
    {
        var path = await FirstReleaseAsync("""
            INSERT INTO message (id, source, identity, received_at, body_bytes, body_sha256, body)
            VALUES ('m', 'clinic', 'm', '2026-01-01T00:00:00.0000000Z', 2, 'x', x'7B7D');
            INSERT INTO delivery (id, message_id, source, event_key, event_type, lane, state, attempts, received_at, changed_at)
            SELECT value, 'm', 'clinic', value, 'note', 'l', 'delivered', 1, '2026-01-01T00:00:00.0000000Z', '2026-01-01T00:00:00.0000000Z'
            FROM json_each('["d1", "d2", "d3"]');
            INSERT INTO version (delivery_id, delivery_sequence, source, set_key, version_id, version_order, document, owned)
            VALUES ('d1', 1, 'clinic', 'set', 'first', '2026-01-01', '{}', '[]'), ('d2', 2, 'clinic', 'set', 'newest', '2026-03-01', '{}', '[]'),
                   ('d3', 3, 'clinic', 'set', 'late', '2026-02-01', '{}', '[]')
            """);
        await using var ledger = SqliteLedger.Open(path, Clock);

        var versions = await ledger.VersionsAsync("clinic", "set", null);

        Assert.Equal(["newest", "late", "first"], versions.Select(version => version.VersionId));
        Assert.Equal("newest", Assert.Single(await ledger.LatestVersionsAsync("clinic", ["set"])).VersionId);
    }

    [Fact]
    public async Task A_file_of_the_first_release_learns_to_keep_refused_calls_and_loses_nothing()
    {
        var path = await FirstReleaseAsync("""
            INSERT INTO message (id, source, identity, received_at, body_bytes, body_sha256, body)
            VALUES ('1', 'clinic', 'm', '2026-01-01T00:00:00.0000000Z', 2, 'x', '{}');
            INSERT INTO refusal (source, reason, day, count, last_at) VALUES ('clinic', 'invalid', '2026-01-01', 3, '2026-01-01T00:00:00.0000000Z')
            """);
        await using var ledger = SqliteLedger.Open(path, Clock);

        await ledger.AddRefusalsAsync([], [new NewRefusedCall("clinic", Clock.GetUtcNow(), 422, "invalid", 2, "[]")]);

        Assert.Single(await ledger.MessagesAsync(new MessageFilter()));
        Assert.Equal(3, Assert.Single(await ledger.RefusalsAsync()).Count);
        Assert.Single(await ledger.RefusedCallsAsync(new RefusedCallFilter()));
    }

    [Fact]
    public async Task A_file_of_a_newer_program_is_left_alone()
    {
        var path = System.IO.Path.Combine(_folder.FullName, "newer.db");
        await Scalar<int>(path, "PRAGMA user_version = 99; SELECT 1");

        var refusal = Assert.Throws<InvalidOperationException>(() => SqliteLedger.Open(path, Clock));
        Assert.Contains("version 99", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_programs_that_start_on_an_empty_folder_agree_on_one_schema()
    {
        var path = System.IO.Path.Combine(_folder.FullName, "deeper", "new.db");
        var ledgers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => SqliteLedger.Open(path, Clock))));
        foreach (var ledger in ledgers) await ledger.DisposeAsync();
        Assert.Equal(SqliteSchema.Version, await Scalar<int>(path, "PRAGMA user_version"));
    }

    [Fact]
    public void A_commit_waits_for_the_disk()
    {
        using var writer = new LedgerFile(Path).OpenWriter();
        Assert.Equal(2, writer.ExecuteScalar<int>("PRAGMA synchronous"));
    }

    [Fact]
    public async Task A_reader_cannot_write()
    {
        await using var reader = new LedgerFile(Path).OpenReader();
        Assert.Throws<SqliteException>(() => reader.Execute("DELETE FROM message"));
    }

    [Fact]
    public async Task Nobody_but_the_owner_may_read_the_files()
    {
        if (OperatingSystem.IsWindows()) return;
        const UnixFileMode ownerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var open = System.IO.Path.Combine(_folder.FullName, "open.db");
        await File.WriteAllBytesAsync(open, []);
        File.SetUnixFileMode(open, ownerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        await using var tightened = SqliteLedger.Open(open, Clock);
        await tightened.AddRefusalsAsync([new NewRefusals("clinic", "unproven", 1, Clock.GetUtcNow())], []);

        foreach (var file in (string[])[Path, Path + "-wal", Path + "-shm", open, open + "-wal", open + "-shm"])
            Assert.Equal(ownerOnly, File.GetUnixFileMode(file));
    }

    [Theory]
    [InlineData("SELECT * FROM delivery d WHERE d.state IN ('pending', 'delivering') ORDER BY d.sequence LIMIT 10", "delivery_active")]
    [InlineData(
        "SELECT 1 FROM delivery e WHERE e.source = 'a' AND e.lane = 'b' AND e.state IN ('pending', 'delivering') AND e.sequence < 5",
        "delivery_lane")]
    [InlineData(
        "SELECT id FROM delivery WHERE source = 'a' AND event_key = 'b' AND state IN ('pending', 'delivering', 'delivered', 'parked')",
        "delivery_event")]
    public async Task Frequent_questions_are_answered_by_an_index(string sql, string index)
    {
        await using var connection = new SqliteConnection($"Data Source={Path};Pooling=false");
        var plan = await connection.QueryAsync<(long, long, long, string Detail)>("EXPLAIN QUERY PLAN " + sql);
        Assert.Contains(plan, step => step.Detail.Contains(index, StringComparison.Ordinal));
    }

    /// <summary>A file of the first release with some rows.</summary>
    private async Task<string> FirstReleaseAsync(string rows)
    {
        var path = System.IO.Path.Combine(_folder.FullName, "first-release.db");
        await Scalar<int>(path, $"{FirstReleaseLedger.Sql}\n{rows}");
        return path;
    }

    private static async Task<T?> Scalar<T>(string path, string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={path};Pooling=false");
        return await connection.ExecuteScalarAsync<T>(sql);
    }
}
