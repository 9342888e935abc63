using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace FhirGateway.Ledger.Sqlite;

/// <summary>
/// An SQLite connection that keeps its statements prepared: SQLite compiles a statement anew each time otherwise, which takes longer than
/// running it. For one thread at a time, as its connection is.
/// </summary>
internal sealed class PreparedConnection(SqliteConnection inner) : DbConnection
{
    // Texts are constants, but for lists of parameters: those beyond are compiled each time.
    private const int MostKept = 200;

    private readonly Dictionary<string, SqliteCommand> _kept = new(StringComparer.Ordinal);
    private readonly Dictionary<string, sqlite3_stmt> _raw = new(StringComparer.Ordinal);

    /// <summary>The connection itself.</summary>
    public SqliteConnection Inner => inner;

    [AllowNull]
    public override string ConnectionString
    {
        get => inner.ConnectionString;
        set => inner.ConnectionString = value;
    }

    public override string Database => inner.Database;

    public override string DataSource => inner.DataSource;

    public override string ServerVersion => inner.ServerVersion;

    public override ConnectionState State => inner.State;

    /// <summary>The statement of this text, prepared once it has run.</summary>
    public SqliteCommand Statement(string text)
    {
        if (_kept.TryGetValue(text, out var command)) return command;
        command = inner.CreateCommand();
        command.CommandText = text;
        if (_kept.Count < MostKept) _kept.Add(text, command);
        return command;
    }

    /// <summary>The statement of this text for values that are bound by place, prepared once.</summary>
    /// <exception cref="SqliteException">SQLite does not understand it.</exception>
    public sqlite3_stmt Raw(string text)
    {
        if (_raw.TryGetValue(text, out var statement)) return statement;
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(inner.Handle, text, out statement), inner.Handle);
        return _raw[text] = statement;
    }

    public override void ChangeDatabase(string databaseName) => inner.ChangeDatabase(databaseName);

    public override void Open() => inner.Open();

    public override void Close() => inner.Close();

    protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) => inner.BeginTransaction(isolationLevel);

    protected override DbCommand CreateDbCommand() => new PreparedCommand(this);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (var command in _kept.Values) command.Dispose();
            foreach (var statement in _raw.Values) statement.Dispose();
            _kept.Clear();
            _raw.Clear();
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>A command as callers make and forget them: it lends its parameters to the statement that is kept.</summary>
    private sealed class PreparedCommand(PreparedConnection connection) : DbCommand
    {
        // Only holds the parameters.
        private readonly SqliteCommand _parameters = new();

        [AllowNull]
        public override string CommandText { get; set; } = "";

        public override int CommandTimeout { get; set; }

        public override CommandType CommandType { get; set; } = CommandType.Text;

        public override bool DesignTimeVisible { get; set; }

        public override UpdateRowSource UpdatedRowSource { get; set; }

        protected override DbConnection? DbConnection
        {
            get => connection;
            set => throw new NotSupportedException();
        }

        protected override DbParameterCollection DbParameterCollection => _parameters.Parameters;

        protected override DbTransaction? DbTransaction { get; set; }

        public override void Cancel()
        {
        }

        public override int ExecuteNonQuery() => Statement().ExecuteNonQuery();

        public override object? ExecuteScalar() => Statement().ExecuteScalar();

        public override void Prepare()
        {
        }

        protected override DbParameter CreateDbParameter() => _parameters.CreateParameter();

        protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) => Statement().ExecuteReader(behavior);

        protected override void Dispose(bool disposing)
        {
            if (disposing) _parameters.Dispose();
            base.Dispose(disposing);
        }

        private SqliteCommand Statement()
        {
            var statement = connection.Statement(CommandText);
            statement.Parameters.Clear();
            foreach (SqliteParameter parameter in _parameters.Parameters) statement.Parameters.Add(parameter);
            return statement;
        }
    }
}
