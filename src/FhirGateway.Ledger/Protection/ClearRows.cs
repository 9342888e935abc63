using System.Data.Common;
using Dapper;

namespace FhirGateway.Ledger.Protection;

/// <summary>
/// Seals what earlier programs kept in clear, in small steps, each a transaction: others may go on meanwhile, and after a crash it goes on
/// where it stood.
/// </summary>
/// <param name="begin">SQL that begins a transaction which keeps others out.</param>
internal sealed class ClearRows(DbConnection connection, string begin, Seal seal, Action<SealingProgress>? report)
{
    private const int RowsPerStep = 64;
    private const int RowsPerReport = 10_000;

    private static readonly (string Part, string[] Columns)[] Parts =
    [
        ("body", ["head", "body"]),
        ("delivery", ["reason", "outcome", "receipt", "doubts"]),
        ("attempt", ["reason"]),
        ("decision", ["reason"]),
    ];

    private static readonly string[] OfVersions = ["document", "owned", "composition", "subject_as_given"];

    /// <summary>Seals all that is left in clear.</summary>
    public void SealAll()
    {
        var left = connection.Query<string>("SELECT part FROM in_clear").ToHashSet(StringComparer.Ordinal);
        foreach (var (part, columns) in Parts.Where(each => left.Contains(each.Part)))
            SealPart(part, (done, max) => SealRows(part, columns, done, max));
        if (left.Contains("version")) SealPart("version", SealVersions);
        if (left.Contains("correlation")) SealCorrelations();
    }

    // Each step: how many rows it looked at, and how far it came.
    private void SealPart(string part, Func<long, int, (int Rows, long Last)> step)
    {
        for (var rows = 0L; ;)
        {
            var found = InTransaction(() =>
            {
                var done = connection.ExecuteScalar<long?>("SELECT done FROM in_clear WHERE part = @part", new { part });
                var taken = done is null ? (Rows: 0, Last: 0) : step(done.Value, RowsPerStep);
                connection.Execute(
                    taken.Rows == 0 ? "DELETE FROM in_clear WHERE part = @part" : "UPDATE in_clear SET done = @Last WHERE part = @part",
                    new { part, taken.Last });
                return taken.Rows;
            });
            rows += found;
            if (rows > 0 && (found == 0 || rows / RowsPerReport > (rows - found) / RowsPerReport))
                report?.Invoke(new SealingProgress(part, rows));
            if (found == 0) return;
        }
    }

    private (int Rows, long Last) SealRows(string table, string[] columns, long done, int max)
    {
        var rows = Query(
            $"SELECT sequence, {string.Join(", ", columns)} FROM {table} WHERE sequence > @done ORDER BY sequence LIMIT @max",
            new { done, max });
        foreach (var row in rows)
        {
            foreach (var column in columns)
            {
                if (Sealed(row[column]) is { } closed)
                    connection.Execute($"UPDATE {table} SET {column} = @closed WHERE sequence = @at", new { closed, at = row["sequence"] });
            }
        }

        return (rows.Count, rows.Count == 0 ? done : Convert.ToInt64(rows[^1]["sequence"], null));
    }

    // They have no number of their own: by their delivery's.
    private (int Rows, long Last) SealVersions(long done, int max)
    {
        var rows = Query(
            """
            SELECT d.sequence, d.id, v.document, v.owned, v.composition, v.subject_as_given
            FROM (SELECT id, sequence FROM delivery WHERE sequence > @done ORDER BY sequence LIMIT @max) AS d
            LEFT JOIN version v ON v.delivery_id = d.id
            ORDER BY d.sequence
            """,
            new { done, max });
        foreach (var row in rows)
        {
            foreach (var column in OfVersions)
            {
                if (Sealed(row[column]) is not { } closed) continue;
                connection.Execute(
                    $"UPDATE version SET {column} = @closed WHERE delivery_id = @id AND {column} = @clear",
                    new { closed, id = row["id"], clear = row[column] });
            }
        }

        return (rows.Count, rows.Count == 0 ? done : Convert.ToInt64(rows[^1]["sequence"], null));
    }

    private void SealCorrelations()
    {
        var (source, key) = ("", "");
        SealPart("correlation", (done, max) =>
        {
            var rows = connection.Query<(string Source, string Key, string Value)>(
                """
                SELECT source, key, value FROM correlation WHERE (source, key) > (@source, @key) ORDER BY source, key LIMIT @max
                """,
                new { source, key, max }).AsList();
            foreach (var row in rows)
            {
                (source, key) = (row.Source, row.Key);
                if (Sealed(row.Value) is not { } closed) continue;
                connection.Execute(
                    "UPDATE correlation SET value = @closed WHERE source = @source AND key = @key", new { closed, source, key });
            }

            return (rows.Count, done);
        });
    }

    /// <summary>What is in clear, sealed; null for what needs no sealing.</summary>
    private object? Sealed(object? stored) => stored switch
    {
        string text when !Seal.IsSealed(text) => seal.Close(text),
        byte[] { Length: > 0 } bytes when !Seal.IsSealed(bytes) => seal.Close(bytes),
        _ => null,
    };

    private List<IDictionary<string, object?>> Query(string sql, object values) =>
        [.. connection.Query(sql, values).Cast<IDictionary<string, object?>>()];

    private T InTransaction<T>(Func<T> work)
    {
        connection.Execute(begin);
        try
        {
            var answer = work();
            connection.Execute("COMMIT");
            return answer;
        }
        catch
        {
            connection.Execute("ROLLBACK");
            throw;
        }
    }
}
