using System.Xml.Linq;
using Dapper;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Npgsql;

namespace FhirGateway.Ledger.PostgreSql;

/// <summary>A key ring in the ledger's own database, so that all its gateways share one.</summary>
internal sealed class PostgresKeys(NpgsqlDataSource sessions) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var connection = sessions.OpenConnection();
        return [.. connection.Query<string>("SELECT xml FROM key_ring ORDER BY sequence").Select(xml => XElement.Parse(xml))];
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        using var connection = sessions.OpenConnection();
        connection.Execute(
            "INSERT INTO key_ring (name, xml) VALUES (@friendlyName, @xml)",
            new { friendlyName, xml = element.ToString(SaveOptions.DisableFormatting) });
    }
}
