using System.Diagnostics;

namespace FhirGateway.Testing;

/// <summary>
/// A server of a folder under tests/ that runs on Node.js, with its packages beside it: <c>server.mjs PORT until-input-ends</c> prints
/// <c>READY {url}</c>. One process serves all tests of an assembly.
/// </summary>
internal sealed class NodeServer
{
    private readonly string _folder;
    private readonly Lazy<Task<string>> _started;
    private Process? _node; // kept: collected, it would close the input

    /// <param name="name">Of its folder.</param>
    public NodeServer(string name)
    {
        _folder = Path.Combine(Repository.Root, "tests", name);
        _started = new(StartAsync);
        IsInstalled = Directory.Exists(Path.Combine(_folder, "node_modules")) && HasNode();
    }

    /// <summary>Whether it can be started.</summary>
    public bool IsInstalled { get; }

    /// <summary>Its URL, once it is ready; it is started when this is first asked for.</summary>
    public Task<string> Url => _started.Value;

    private static bool HasNode() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, OperatingSystem.IsWindows() ? "node.exe" : "node")));

    private async Task<string> StartAsync()
    {
        // Its input ends with this process, and the server with its input.
        var node = _node = Process.Start(new ProcessStartInfo("node", ["server.mjs", "0", "until-input-ends"])
        {
            WorkingDirectory = _folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        while (await node.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("READY ", StringComparison.Ordinal)) return line["READY ".Length..].Trim();
        }

        throw new InvalidOperationException($"{_folder} ended with {node.ExitCode} before it was ready.");
    }
}
