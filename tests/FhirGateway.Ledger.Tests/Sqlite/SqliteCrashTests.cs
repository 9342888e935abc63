using FhirGateway.Ledger.Tests.Crashing;

namespace FhirGateway.Ledger.Tests.Sqlite;

public sealed class SqliteCrashTests : CrashTests, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ledger");

    protected override string Place => Path.Combine(_folder.FullName, "ledger.db");

    public void Dispose() => _folder.Delete(recursive: true);
}
