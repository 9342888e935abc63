using System.Diagnostics;
using System.Globalization;
using FhirGateway.Chaos.Destination;

namespace FhirGateway.Chaos.Gateways;

/// <summary>A PostgreSQL of the run's own, that can be stopped, killed and started again.</summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly string[] Needed = ["initdb", "postgres", "pg_isready"];
    private readonly string _folder;
    private readonly int _port = Loopback.FreePort();
    private Process? _process;

    private PostgresServer(string folder) => _folder = folder;

    /// <summary>Where it listens.</summary>
    public int Port => _port;

    /// <summary>Npgsql's.</summary>
    /// <param name="port">Where whoever connects finds it.</param>
    public static string ConnectionString(int port) => $"Host=127.0.0.1;Port={port};Username=postgres;Database=postgres";

    /// <summary>Whether its programs are on this machine.</summary>
    public static bool IsThere => Programs is not null;

    private static string? Programs { get; } = Find();

    // PostgreSQL refuses to run as root, and whoever it runs as must reach its folder.
    private static bool IsRoot => Environment.UserName == "root";

    private string Data => Path.Combine(_folder, "data");

    /// <summary>Processor time that its processes have used, those that ended included.</summary>
    public TimeSpan Cpu()
    {
        var ticks = 0L;
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(each => char.IsAsciiDigit(Path.GetFileName(each)[0])))
        {
            try
            {
                // proc(5): after the name in brackets come state, parent, … and as 12th to 15th the times, the last two of ended children.
                var text = File.ReadAllText(Path.Combine(folder, "stat"));
                var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
                var isFirst = Path.GetFileName(folder) == $"{_process!.Id}";
                if (!isFirst && fields[1] != $"{_process.Id}") continue;
                ticks += fields[11..(isFirst ? 15 : 13)].Sum(long.Parse);
            }
            catch (IOException)
            {
                // It has ended.
            }
        }

        return TimeSpan.FromSeconds(ticks / 100.0); // USER_HZ
    }

    /// <summary>Makes an empty one and starts it.</summary>
    public static async Task<PostgresServer> CreateAsync()
    {
        var folder = Path.Combine(Path.GetTempPath(), $"fhirgateway-chaos-postgres-{Guid.NewGuid():N}");
        Directory.CreateDirectory(folder);
        if (IsRoot) await RunAsync("chown", "nobody:nogroup", folder);
        var server = new PostgresServer(folder);
        await server.RunOwnAsync("initdb", "-D", server.Data, "-U", "postgres", "-A", "trust");
        await server.StartAsync();
        return server;
    }

    /// <summary>Starts it on the data that is there, and waits until it answers.</summary>
    public async Task StartAsync()
    {
        var begun = Stopwatch.GetTimestamp();
        while (true)
        {
            // What a killed one left running keeps the data for a moment, and a new one ends at once.
            if (_process is not { HasExited: false }) _process = Start("postgres", OwnWords, "-D", Data, "-p", $"{_port}", "-k", _folder,
                "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200");
            using var asking = Start("pg_isready", OwnWords, "-h", "127.0.0.1", "-p", $"{_port}", "-q");
            await asking.WaitForExitAsync();
            if (asking.ExitCode == 0) return;
            if (Stopwatch.GetElapsedTime(begun) > Limit) throw new InvalidOperationException($"PostgreSQL doesn't start: {_folder}");
            await Task.Delay(100);
        }
    }

    /// <summary>Stops it as an operator does who does not wait for sessions to end (<c>pg_ctl -m fast</c>).</summary>
    public Task StopAsync() => EndAsync("INT");

    /// <summary>Kills its first process without a word; the others end by themselves once they notice.</summary>
    public Task KillAsync() => EndAsync("KILL");

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false }) await EndAsync("QUIT");
        _process?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task EndAsync(string signal)
    {
        await RunAsync("kill", "-s", signal, _process!.Id.ToString(CultureInfo.InvariantCulture));
        using var limit = new CancellationTokenSource(Limit);
        await _process.WaitForExitAsync(limit.Token);
    }

    private static string? Find()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        var debian = Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").Order().Reverse() : [];
        return folders.Concat(debian.Select(each => Path.Combine(each, "bin")))
            .FirstOrDefault(each => Needed.All(program => File.Exists(Path.Combine(each, program))));
    }

    // Its words go to a file by the shell's own means: a pipe that nobody reads in time would stop it.
    private string OwnWords => Path.Combine(_folder, "words");

    private static Process Start(string program, string words, params string[] arguments)
    {
        var path = Path.Combine(Programs!, program);
        string[] command = IsRoot ? ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", path] : [path];
        return Process.Start("/bin/sh", ["-c", """exec "$@" >>"$0" 2>&1 </dev/null""", words, .. command, .. arguments]);
    }

    private async Task RunOwnAsync(string program, params string[] arguments)
    {
        using var process = Start(program, OwnWords, arguments);
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {OwnWords}");
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync();
    }
}
