using FhirGateway.Ledger.Sql;
using Npgsql;
using NpgsqlTypes;

namespace FhirGateway.Ledger.PostgreSql;

/// <summary>Writes rows of new messages and deliveries by binary COPY, inside the transaction that its connection has begun.</summary>
internal static class RowCopy
{
    private const string Messages = """
        COPY message (sequence, id, source, identity, content_type, headers, received_at, note, body_bytes, body_sha256)
        FROM STDIN (FORMAT BINARY)
        """;

    private const string Deliveries = """
        COPY delivery (id, message_id, source, event_key, event_type, lane, state, reason, outcome, due_at, first_delivery_id,
            received_at, changed_at, content, doubts, correlation)
        FROM STDIN (FORMAT BINARY)
        """;

    public static void Write(NpgsqlConnection connection, NewRows rows)
    {
        if (rows.Messages.Count > 0) Copy(connection, Messages, rows.Messages, Write);
        if (rows.Deliveries.Count > 0) Copy(connection, Deliveries, rows.Deliveries, Write);
    }

    private static void Copy<T>(NpgsqlConnection connection, string sql, IEnumerable<T> rows, Action<NpgsqlBinaryImporter, T> write)
    {
        using var copy = connection.BeginBinaryImport(sql);
        foreach (var row in rows)
        {
            copy.StartRow();
            write(copy, row);
        }

        copy.Complete();
    }

    private static void Write(NpgsqlBinaryImporter copy, AcceptedHead row)
    {
        copy.Write(row.Sequence, NpgsqlDbType.Bigint);
        Words(copy, row.Id, row.Source, row.Identity, row.ContentType, row.Headers);
        Time(copy, row.ReceivedAt);
        Words(copy, row.Note);
        copy.Write(row.Size, NpgsqlDbType.Bigint);
        Words(copy, row.Digest);
    }

    private static void Write(NpgsqlBinaryImporter copy, NewRows.Delivery row)
    {
        Words(copy, row.Id, row.MessageId, row.Source, row.EventKey, row.EventType, row.Lane, row.State, row.Reason, row.Outcome);
        Time(copy, row.DueAt);
        Words(copy, row.FirstDeliveryId);
        Time(copy, row.ReceivedAt);
        Time(copy, row.ChangedAt);
        Words(copy, row.Content, row.Doubts, row.Correlation);
    }

    private static void Words(NpgsqlBinaryImporter copy, params ReadOnlySpan<string?> words)
    {
        foreach (var word in words)
        {
            if (word is null) copy.WriteNull();
            else copy.Write(word, NpgsqlDbType.Text);
        }
    }

    private static void Time(NpgsqlBinaryImporter copy, DateTimeOffset? time)
    {
        if (time is { } at) copy.Write(at.UtcDateTime, NpgsqlDbType.TimestampTz);
        else copy.WriteNull();
    }
}
