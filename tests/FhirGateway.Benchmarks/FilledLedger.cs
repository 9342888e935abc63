using System.Data.Common;
using System.Text;
using FhirGateway.Ledger;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace FhirGateway.Benchmarks;

/// <summary>
/// Fills a ledger's store with very many rows that equal what the ledger itself wrote of one delivered and one pending note: their names
/// alone differ. By its own API a million would take an hour.
/// </summary>
internal sealed class FilledLedger : IDisposable
{
    public const string Receipt =
        """{"resources":[{"reference":"DocumentReference/1"},{"reference":"Composition/2"},{"reference":"Provenance/3"}]}""";

    private static readonly byte[] Body = Encoding.UTF8.GetBytes(
        new StringBuilder().Insert(0, "Slept well, walks the stairs again. ", 8).ToString());

    private readonly DbConnection _connection;
    private readonly string _overriding;
    private readonly string _after;

    private FilledLedger(DbConnection connection, string overriding, string after)
    {
        (_connection, _overriding, _after) = (connection, overriding, after);
        connection.Open();
        if (connection is SqliteConnection) Scalar("PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000; PRAGMA foreign_keys = OFF");
    }

    public static FilledLedger OfFile(string path) => new(
        new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString()), "", "PRAGMA optimize");

    public static FilledLedger OfDatabase(string connectionString) => new(
        new NpgsqlConnection(connectionString),
        "OVERRIDING SYSTEM VALUE",
        "SELECT setval(pg_get_serial_sequence('body', 'sequence'), (SELECT max(sequence) FROM body)); ANALYZE");

    public static NewMessage Message(string name, int deliveries) => new(
        "clinic",
        name,
        Body,
        "application/json",
        null,
        TimeProvider.System.GetUtcNow(),
        [.. Enumerable.Range(0, deliveries).Select(i => new NewDelivery($"{name}-{i}", "note", $"{name}-{i}", Content: name))]);

    public static NewVersion Version(string set) => new(
        set,
        "v1",
        "2026-03-02T09:00:00Z",
        """{"system":"urn:fhir-gateway:clinic:document","value":"1"}""",
        """["DocumentReference?identifier=1"]""")
    {
        Subject = "Patient/1",
        SubjectAsGiven = "1",
        Composition = "2",
    };

    /// <summary>One delivered and one pending note.</summary>
    public static async Task MakeTemplatesAsync(ILedger ledger)
    {
        await ledger.RecordAsync(Message("delivered", 1));
        var claim = (await ledger.ClaimAsync(1, TimeSpan.FromMinutes(1))).Single();
        await ledger.DeliveredAsync(claim, Receipt, [Version("delivered")]);
        await ledger.RecordAsync(Message("pending", 1));
    }

    /// <summary>Makes so many more of each.</summary>
    public void Fill(int delivered, int pending)
    {
        using var transaction = _connection.BeginTransaction();
        var first = (long)Convert.ToInt64(Scalar("SELECT max(sequence) FROM body"), null);
        Copy("delivered", first, delivered);
        Copy("pending", first + delivered, pending);
        Scalar("UPDATE progress SET indexed = (SELECT max(sequence) FROM body)");
        transaction.Commit();
        Scalar(_after);
    }

    public void Dispose() => _connection.Dispose();

    private void Copy(string template, long first, int count)
    {
        const string Number = "substr('000000000000' || i, length('000000000000' || i) - 11)";
        var numbers = $"WITH RECURSIVE n(i) AS (SELECT {first + 1} UNION ALL SELECT i + 1 FROM n WHERE i < {first + count})";
        string Id(string kind) => $"'0192f0a0-{kind}-7000-8000-' || {Number}";
        Scalar($"INSERT INTO body (sequence, head, body) {_overriding} {numbers} SELECT i, b.head, b.body FROM n, body b "
            + $"WHERE b.sequence = (SELECT sequence FROM message WHERE identity = '{template}')");
        Scalar($"""
            INSERT INTO message (sequence, id, source, identity, content_type, received_at, body_bytes, body_sha256)
            {numbers} SELECT i, {Id("aaaa")}, m.source, {Id("bbbb")}, m.content_type, m.received_at, m.body_bytes, m.body_sha256
            FROM n, message m WHERE m.identity = '{template}'
            """);
        Scalar($"""
            INSERT INTO delivery (id, message_id, source, event_key, event_type, lane, state, due_at, token, holder, lease_until, attempts,
                round_attempts, receipt, received_at, changed_at, content)
            {numbers} SELECT {Id("cccc")}, {Id("aaaa")}, d.source, {Id("dddd")}, d.event_type, {Id("dddd")}, d.state, d.due_at, d.token,
                d.holder, d.lease_until, d.attempts, d.round_attempts, d.receipt, d.received_at, d.changed_at, d.content
            FROM n, delivery d WHERE d.event_key = '{template}-0'
            """);
        if (template != "delivered") return;
        Scalar($"""
            INSERT INTO attempt (token, delivery_id, number, started_at, ended_at, outcome)
            {numbers} SELECT {Id("eeee")}, {Id("cccc")}, a.number, a.started_at, a.ended_at, a.outcome
            FROM n, attempt a WHERE a.delivery_id = (SELECT id FROM delivery WHERE event_key = '{template}-0')
            """);
        Scalar($"""
            INSERT INTO version (delivery_id, delivery_sequence, source, set_key, version_id, version_order, place, document, owned,
                composition, subject, subject_as_given)
            {numbers} SELECT {Id("cccc")}, i, v.source, {Id("dddd")}, v.version_id, v.version_order, v.place, v.document, v.owned,
                v.composition, v.subject, v.subject_as_given
            FROM n, version v WHERE v.set_key = '{template}'
            """);
    }

    private object? Scalar(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = 0;
        return command.ExecuteScalar();
    }
}
