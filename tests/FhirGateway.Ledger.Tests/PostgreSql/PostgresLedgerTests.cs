using System.Text;
using Dapper;
using FhirGateway.Ledger.PostgreSql;
using FhirGateway.Testing;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Npgsql;

namespace FhirGateway.Ledger.Tests.PostgreSql;

public sealed class PostgresLedgerTests : LedgerContract
{
    private readonly PostgresRoom _room = PostgresRoom.Create();

    protected override ILedger OpenLedger() => PostgresLedger.Open(_room.ConnectionString, Clock);

    protected override void RemoveStore() => _room.Dispose();

    private protected override IXmlRepository Ring => new PostgresKeys(NpgsqlDataSource.Create(_room.ConnectionString));

    private protected override byte[] Stored()
    {
        using var connection = new NpgsqlConnection(_room.ConnectionString);
        var tables = connection.Query<string>("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()").AsList();
        var rows = tables.SelectMany(table => connection.Query<string>($"SELECT t::text FROM {table} t"));
        return Encoding.UTF8.GetBytes(string.Join('\n', rows));
    }

    private protected override void RemoveRing()
    {
        using var connection = new NpgsqlConnection(_room.ConnectionString);
        connection.Execute("DELETE FROM key_ring");
    }

    [Fact]
    public async Task What_is_in_clear_is_sealed_when_it_is_opened()
    {
        using var room = PostgresRoom.Create();
        await using (PostgresLedger.Open(room.ConnectionString, Clock))
        {
        }

        await using var connection = new NpgsqlConnection(room.ConnectionString);
        await connection.ExecuteAsync(
            """
            INSERT INTO body (head, body) SELECT '', convert_to('Zebrafink ' || i, 'UTF8') FROM generate_series(1, 200) i;
            UPDATE progress SET indexed = 200;
            INSERT INTO message (sequence, id, source, identity, received_at, body_bytes, body_sha256)
            SELECT i, 'm' || i, 's', 'i' || i, now(), 0, '' FROM generate_series(1, 200) i;
            INSERT INTO delivery (id, message_id, source, event_key, event_type, lane, state, receipt, received_at, changed_at)
            SELECT 'd' || i, 'm' || i, 's', 'e' || i, 'e', 'l', 'delivered', 'Zebrafink', now(), now() FROM generate_series(1, 200) i;
            INSERT INTO version (delivery_id, delivery_sequence, source, set_key, version_id, version_order, document, owned)
            SELECT 'd' || i, i, 's', 'set' || i, 'v', '1', 'Zebrafink', 'Zebrafink' FROM generate_series(1, 200) i;
            INSERT INTO correlation (source, key, value, changed_at) SELECT 's', 'k' || i, 'Zebrafink', now() FROM generate_series(1, 200) i;
            INSERT INTO in_clear VALUES ('body', 0), ('delivery', 0), ('attempt', 0), ('decision', 0), ('version', 0), ('correlation', 0)
            """);

        await using var ledger = PostgresLedger.Open(room.ConnectionString, Clock);

        var left = await connection.ExecuteScalarAsync<int>(
            """
            SELECT (SELECT count(*) FROM body WHERE body::text NOT LIKE '\\x02__09f0c9f0%') + (SELECT count(*) FROM delivery WHERE receipt = 'Zebrafink')
                + (SELECT count(*) FROM version WHERE document = 'Zebrafink' OR owned = 'Zebrafink')
                + (SELECT count(*) FROM correlation WHERE value = 'Zebrafink') + (SELECT count(*) FROM in_clear)
            """);
        Assert.Equal(0, left);
        Assert.Equal("Zebrafink 7", Encoding.UTF8.GetString((await ledger.MessageBodyAsync("m7"))!));
        Assert.Equal("Zebrafink", Assert.Single(await ledger.DeliveriesOfAsync("m200")).Receipt);
        Assert.Equal("Zebrafink", await ledger.GetCorrelationAsync("s", "k1"));
    }

    [Fact]
    public async Task Tables_of_a_newer_program_are_left_alone()
    {
        await using var connection = new NpgsqlConnection(_room.ConnectionString);
        await connection.ExecuteAsync("UPDATE ledger_schema SET version = 99");

        var refusal = Assert.Throws<InvalidOperationException>(() => PostgresLedger.Open(_room.ConnectionString, Clock));
        Assert.Contains("version 99", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gateways_that_start_on_an_empty_schema_agree_on_one()
    {
        using var empty = PostgresRoom.Create();
        var ledgers = await Task.WhenAll(
            Enumerable.Range(0, 6).Select(_ => Task.Run(() => PostgresLedger.Open(empty.ConnectionString, Clock))));
        foreach (var ledger in ledgers) await ledger.DisposeAsync();

        await using var connection = new NpgsqlConnection(empty.ConnectionString);
        Assert.Equal(PostgresSchema.Version, await connection.ExecuteScalarAsync<int>("SELECT version FROM ledger_schema"));
        Assert.Equal(1, await connection.ExecuteScalarAsync<int>("SELECT count(*) FROM key_ring"));
        Assert.Equal(1, await connection.ExecuteScalarAsync<int>("SELECT count(*) FROM key_proof"));
    }

    [Fact]
    public void A_search_path_without_a_schema_is_told_in_a_sentence()
    {
        var nowhere = new NpgsqlConnectionStringBuilder(_room.ConnectionString) { SearchPath = "nowhere" }.ConnectionString;

        var refusal = Assert.Throws<InvalidOperationException>(() => PostgresLedger.Open(nowhere, Clock));
        Assert.Contains("search path", refusal.Message, StringComparison.Ordinal);
    }
}
