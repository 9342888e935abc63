using Npgsql;
using Xunit;

namespace FhirGateway.Testing;

/// <summary>
/// A schema of a test's own in a real PostgreSQL, which <c>FHIRGATEWAY_TEST_POSTGRES</c> names (an Npgsql connection string of a role that
/// may create schemas); <c>.ci/run</c> starts one.
/// </summary>
public sealed class PostgresRoom : IDisposable
{
    private readonly string _server;
    private readonly string _schema;

    private PostgresRoom(string server, string schema)
    {
        (_server, _schema) = (server, schema);
        ConnectionString = new NpgsqlConnectionStringBuilder(server) { SearchPath = schema }.ConnectionString;
    }

    /// <summary>Connects to the server with this schema first in the search path.</summary>
    public string ConnectionString { get; }

    /// <summary>Makes an empty schema; skips the test where no server is named.</summary>
    public static PostgresRoom Create()
    {
        var server = Environment.GetEnvironmentVariable("FHIRGATEWAY_TEST_POSTGRES");
        Assert.SkipWhen(server is not { Length: > 0 }, "FHIRGATEWAY_TEST_POSTGRES names no PostgreSQL: .ci/run starts one.");
        var schema = "test_" + Guid.NewGuid().ToString("N");
        Execute(server!, $"CREATE SCHEMA {schema}");
        return new PostgresRoom(server!, schema);
    }

    public void Dispose() => Execute(_server, $"DROP SCHEMA {_schema} CASCADE");

    private static void Execute(string server, string sql)
    {
        using var connection = new NpgsqlConnection(server);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
