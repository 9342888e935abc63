using System.Data;
using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;

namespace FhirGateway.Ledger.Sql;

/// <summary>
/// Times as the stores keep them. SQLite: UTC text of one width, so that they sort as text and read well in any SQLite shell.
/// PostgreSQL: <c>timestamptz</c>, whose microseconds are the finest that it keeps.
/// </summary>
internal sealed class Instant : SqlMapper.TypeHandler<DateTimeOffset>
{
    // What "O" makes of a time in UTC.
    private const string Format = "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'";

    public static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    public override void SetValue(IDbDataParameter parameter, DateTimeOffset value) =>
        parameter.Value = parameter is SqliteParameter ? Text(value) : value.UtcDateTime;

    public override DateTimeOffset Parse(object value) => value is string text
        ? DateTimeOffset.ParseExact(text, Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)
        : new DateTimeOffset(DateTime.SpecifyKind((DateTime)value, DateTimeKind.Utc));
}
