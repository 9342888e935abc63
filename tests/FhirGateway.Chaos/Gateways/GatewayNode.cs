using System.Diagnostics;
using System.Globalization;

namespace FhirGateway.Chaos.Gateways;

/// <summary>One gateway as a process of its own, on one port, that can be ended in every way and started again.</summary>
internal sealed class GatewayNode(int number, int port, IReadOnlyList<string> settings, DirectoryInfo folder) : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly HttpClient _http = new(new SocketsHttpHandler()) { Timeout = TimeSpan.FromSeconds(2) };
    private Process? _process;

    public int Number => number;

    public Uri Url { get; } = new($"http://127.0.0.1:{port}/");

    /// <summary>The <c>FhirGateway.dll</c> that it runs: this build's, unless said.</summary>
    public string Program { get; init; } = typeof(GatewayHost).Assembly.Location;

    /// <summary>The way to its database; null where its ledger is a file.</summary>
    public DatabaseLine? Database { get; init; }

    /// <summary>What it said, in all its lives.</summary>
    public string LogPath { get; } = Path.Combine(folder.FullName, $"gateway-{number}.log");

    /// <summary>The most memory that it held so far, in MiB.</summary>
    public long MostMemory { get; private set; }

    /// <summary>How long its starts took at most until it took webhooks.</summary>
    public TimeSpan LongestStart { get; private set; }

    /// <summary>Starts it and waits until it takes webhooks.</summary>
    /// <param name="environment">Beside that of this process; null for none.</param>
    /// <exception cref="InvalidOperationException">It ended, or doesn't serve in time.</exception>
    public async Task StartAsync(IReadOnlyDictionary<string, string>? environment = null)
    {
        var begun = Stopwatch.GetTimestamp();
        _process = Run(environment);
        while (true)
        {
            try
            {
                using var answer = await _http.GetAsync(new Uri(Url, "health/live"));
                if (answer.IsSuccessStatusCode) break;
            }
            catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
            {
                if (_process.HasExited) throw new InvalidOperationException($"Gateway {number} ended with {_process.ExitCode}: {LogPath}");
                if (Stopwatch.GetElapsedTime(begun) > Limit) throw new InvalidOperationException($"Gateway {number} doesn't serve.");
            }

            await Task.Delay(20);
        }

        var took = Stopwatch.GetElapsedTime(begun);
        if (took > LongestStart) LongestStart = took;
    }

    /// <summary>Starts it where it can't work.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> FailToStartAsync()
    {
        using var process = Run(null);
        await WaitAsync(process);
        return process.ExitCode;
    }

    /// <summary>Sends a signal by its name and, if it ends it, waits for that.</summary>
    /// <returns>The exit code; null while it runs on.</returns>
    public async Task<int?> SignalAsync(string name)
    {
        using (var kill = Process.Start("kill", ["-s", name, _process!.Id.ToString(CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync();
        if (name is not ("KILL" or "TERM")) return null;
        await WaitAsync(_process);
        return _process.ExitCode;
    }

    /// <summary>The memory that it holds, in MiB; 0 while it doesn't run.</summary>
    public long Memory()
    {
        try
        {
            if (_process is not { HasExited: false } process) return 0;
            process.Refresh();
            var memory = process.WorkingSet64 / 1024 / 1024;
            MostMemory = Math.Max(MostMemory, memory);
            return memory;
        }
        catch (InvalidOperationException)
        {
            return 0; // it is being started again just now
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        if (_process is not { } process) return;
        process.Kill();
        process.WaitForExit();
        process.Dispose();
    }

    private static async Task WaitAsync(Process process)
    {
        using var limit = new CancellationTokenSource(Limit);
        await process.WaitForExitAsync(limit.Token);
    }

    // Its words go to a file by the shell's own means: a pipe that nobody reads in time would stop it.
    private Process Run(IReadOnlyDictionary<string, string>? environment)
    {
        _process?.Dispose();
        string[] program = ["dotnet", Program, $"--urls=http://127.0.0.1:{port}", .. settings];
        var start = new ProcessStartInfo("/bin/sh", ["-c", """exec "$@" >>"$0" 2>&1 </dev/null""", LogPath, .. program]);
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        return Process.Start(start)!;
    }
}
