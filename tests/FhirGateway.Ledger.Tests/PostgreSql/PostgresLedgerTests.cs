using Dapper;
using FhirGateway.Ledger.PostgreSql;
using FhirGateway.Testing;
using Npgsql;

namespace FhirGateway.Ledger.Tests.PostgreSql;

public sealed class PostgresLedgerTests : LedgerContract
{
    private readonly PostgresRoom _room = PostgresRoom.Create();

    protected override ILedger OpenLedger() => PostgresLedger.Open(_room.ConnectionString, Clock);

    protected override void RemoveStore() => _room.Dispose();

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
    }

    [Fact]
    public void A_search_path_without_a_schema_is_told_in_a_sentence()
    {
        var nowhere = new NpgsqlConnectionStringBuilder(_room.ConnectionString) { SearchPath = "nowhere" }.ConnectionString;

        var refusal = Assert.Throws<InvalidOperationException>(() => PostgresLedger.Open(nowhere, Clock));
        Assert.Contains("search path", refusal.Message, StringComparison.Ordinal);
    }
}
