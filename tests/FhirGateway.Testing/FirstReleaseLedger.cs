namespace FhirGateway.Testing;

/// <summary>A ledger as the first release left it, for tests of what becomes of it.</summary>
public static class FirstReleaseLedger
{
    /// <summary>SQL that makes its tables in an empty file.</summary>
    public static string Sql { get; } = File.ReadAllText(
        Path.Combine(Repository.Root, "tests", "FhirGateway.Testing", "first-release-ledger.sql"));
}
