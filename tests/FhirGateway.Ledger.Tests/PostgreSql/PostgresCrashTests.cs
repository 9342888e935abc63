using FhirGateway.Ledger.Tests.Crashing;
using FhirGateway.Testing;

namespace FhirGateway.Ledger.Tests.PostgreSql;

public sealed class PostgresCrashTests : CrashTests, IDisposable
{
    private readonly PostgresRoom _room = PostgresRoom.Create();

    protected override string Place => _room.ConnectionString;

    public void Dispose() => _room.Dispose();
}
