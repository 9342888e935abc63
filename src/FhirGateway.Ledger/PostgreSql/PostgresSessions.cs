using Npgsql;

namespace FhirGateway.Ledger.PostgreSql;

/// <summary>How the gateway's sessions at the server are set: each with its limits, so that what hangs holds nobody for long.</summary>
internal sealed class PostgresSessions
{
    // A writer that stops amid a transaction (a paused machine) keeps all others waiting until the server ends its session.
    // And what it asks has an index: a plan that was made while a table was new and small would read all of it, long after it has grown.
    private const string WriterLimits =
        "-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off "
        + "-c idle_in_transaction_session_timeout=10s -c lock_timeout=20s -c statement_timeout=60s -c synchronous_commit=on";

    private const string ReaderLimits = "-c default_transaction_read_only=on -c statement_timeout=30s";

    // The server notices within some fifteen seconds that a machine is gone which could not say so.
    private const string Keepalive = " -c tcp_keepalives_idle=5 -c tcp_keepalives_interval=3 -c tcp_keepalives_count=3";

    public PostgresSessions(string connectionString)
    {
        Readers = NpgsqlDataSource.Create(Settings(connectionString, ReaderLimits, pooled: true));
        Writers = NpgsqlDataSource.Create(Settings(connectionString, WriterLimits, pooled: false));
        Marks = NpgsqlDataSource.Create(Settings(connectionString, "", pooled: false));
    }

    /// <summary>Sessions that see the last commit and can't write.</summary>
    public NpgsqlDataSource Readers { get; }

    /// <summary>Sessions whose commits return when the disk has them.</summary>
    public NpgsqlDataSource Writers { get; }

    /// <summary>Sessions that only show that the process lives.</summary>
    public NpgsqlDataSource Marks { get; }

    private static NpgsqlConnectionStringBuilder Settings(string connectionString, string limits, bool pooled)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            ApplicationName = "FhirGateway",
            Pooling = pooled,
            MaxAutoPrepare = 100,
            AutoPrepareMinUsages = 2,
            IncludeErrorDetail = false, // it would quote rows
        };
        settings.Options = $"{settings.Options} {limits}{Keepalive}".Trim();
        return settings;
    }
}
