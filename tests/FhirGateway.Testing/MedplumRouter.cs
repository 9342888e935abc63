namespace FhirGateway.Testing;

/// <summary>
/// Medplum's router over its in-memory repository (tests/medplum-router): a FHIR server that is not HAPI. Each name is a server of its own.
/// </summary>
public static class MedplumRouter
{
    private static readonly NodeServer Server = new("medplum-router");

    /// <summary>Whether it can be started.</summary>
    internal static bool IsInstalled => Server.IsInstalled;

    /// <summary>The base URL of an empty server.</summary>
    /// <param name="atomic">Transactions as a whole; else entry by entry, as a Medplum project does by default.</param>
    public static async Task<Uri> EmptyServerAsync(bool atomic = false) =>
        new($"{await Server.Url}/{(atomic ? "atomic" : "note")}-{Guid.NewGuid():N}/fhir");
}
