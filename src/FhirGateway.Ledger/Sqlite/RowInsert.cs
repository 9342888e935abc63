using System.Text;
using FhirGateway.Ledger.Sql;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace FhirGateway.Ledger.Sqlite;

/// <summary>
/// The statements that every webhook runs, prepared once, their values bound by place: to find a place by its name takes longer than to
/// write the row. For the writer alone.
/// </summary>
internal sealed class RowInsert(PreparedConnection writer)
{
    private const int ShortText = 512;

    private const string Appended = "INSERT INTO body (head, body) VALUES (?, ?)";

    private const string Message = """
        INSERT INTO message (sequence, id, source, identity, content_type, headers, received_at, note, body_bytes, body_sha256)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """;

    private const string Delivery = """
        INSERT INTO delivery (id, message_id, source, event_key, event_type, lane, state, reason, outcome, due_at, first_delivery_id,
            received_at, changed_at, content, doubts, correlation)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """;

    /// <exception cref="SqliteException">The row was not written.</exception>
    public void Append(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        var statement = writer.Raw(Appended);
        Check(raw.sqlite3_bind_blob(statement, 1, head));
        Check(raw.sqlite3_bind_blob(statement, 2, body));
        Run(statement);
    }

    /// <inheritdoc cref="Append"/>
    public void Write(NewRows rows)
    {
        foreach (var row in rows.Messages) Write(row);
        foreach (var row in rows.Deliveries) Write(row);
    }

    private void Write(AcceptedHead row)
    {
        var statement = writer.Raw(Message);
        Check(raw.sqlite3_bind_int64(statement, 1, row.Sequence));
        Words(statement, 2, row.Id, row.Source, row.Identity, row.ContentType, row.Headers, Time(row.ReceivedAt), row.Note);
        Check(raw.sqlite3_bind_int64(statement, 9, row.Size));
        Words(statement, 10, row.Digest);
        Run(statement);
    }

    private void Write(NewRows.Delivery row)
    {
        var statement = writer.Raw(Delivery);
        Words(
            statement, 1, row.Id, row.MessageId, row.Source, row.EventKey, row.EventType, row.Lane, row.State, row.Reason, row.Outcome,
            Time(row.DueAt), row.FirstDeliveryId, Time(row.ReceivedAt), Time(row.ChangedAt), row.Content, row.Doubts, row.Correlation);
        Run(statement);
    }

    private static string? Time(DateTimeOffset? time) => time is { } at ? Instant.Text(at) : null;

    private void Words(sqlite3_stmt statement, int first, params ReadOnlySpan<string?> words)
    {
        Span<byte> bytes = stackalloc byte[ShortText];
        for (var i = 0; i < words.Length; i++)
        {
            if (words[i] is not { } word) Check(raw.sqlite3_bind_null(statement, first + i));
            else if (Encoding.UTF8.TryGetBytes(word, bytes, out var length))
                Check(raw.sqlite3_bind_text(statement, first + i, bytes[..length]));
            else Check(raw.sqlite3_bind_text(statement, first + i, Encoding.UTF8.GetBytes(word)));
        }
    }

    private void Run(sqlite3_stmt statement)
    {
        // What the step says is lost with the reset, and what the reset says is what the step said.
        raw.sqlite3_step(statement);
        Check(raw.sqlite3_reset(statement));
    }

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, writer.Inner.Handle);
}
