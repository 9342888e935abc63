using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace FhirGateway.Ledger.Sqlite;

/// <summary>The one statement that every webhook runs: kept prepared. For the writer alone.</summary>
internal sealed class AppendCommand
{
    private readonly SqliteCommand _command;
    private readonly SqliteParameter _head;
    private readonly SqliteParameter _body;

    public AppendCommand(SqliteConnection writer)
    {
        _command = writer.CreateCommand();
        _command.CommandText = "INSERT INTO body (head, body) VALUES ($head, $body)";
        (_head, _body) = (_command.Parameters.Add("$head", SqliteType.Blob), _command.Parameters.Add("$body", SqliteType.Blob));
    }

    public int Execute(byte[] head, ReadOnlyMemory<byte> body)
    {
        _head.Value = head;
        _body.Value = MemoryMarshal.TryGetArray(body, out var array) && array.Offset == 0 && array.Count == array.Array!.Length
            ? array.Array
            : body.ToArray();
        return _command.ExecuteNonQuery();
    }
}
