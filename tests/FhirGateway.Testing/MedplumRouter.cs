using System.Diagnostics;

namespace FhirGateway.Testing;

/// <summary>
/// Medplum's router over its in-memory repository (tests/medplum-router): a FHIR server that is not HAPI. One process serves all tests of
/// an
/// assembly; each name is a server of its own.
/// </summary>
public static class MedplumRouter
{
    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "medplum-router");
    private static readonly Lazy<Task<string>> Started = new(StartAsync);
    private static Process? _node; // kept: collected, it would close the input

    /// <summary>Whether it can be started.</summary>
    internal static bool IsInstalled { get; } = Directory.Exists(Path.Combine(Folder, "node_modules")) && HasNode();

    /// <summary>The base URL of an empty server.</summary>
    /// <param name="atomic">Transactions as a whole; else entry by entry, as a Medplum project does by default.</param>
    public static async Task<Uri> EmptyServerAsync(bool atomic = false) =>
        new($"{await Started.Value}/{(atomic ? "atomic" : "note")}-{Guid.NewGuid():N}/fhir");

    private static bool HasNode() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, OperatingSystem.IsWindows() ? "node.exe" : "node")));

    private static async Task<string> StartAsync()
    {
        // Its input ends with this process, and the server with its input.
        var node = _node = Process.Start(new ProcessStartInfo("node", ["server.mjs", "0", "until-input-ends"])
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        while (await node.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("READY ", StringComparison.Ordinal)) return line["READY ".Length..].Trim();
        }

        throw new InvalidOperationException($"tests/medplum-router ended with {node.ExitCode} before it was ready.");
    }
}
