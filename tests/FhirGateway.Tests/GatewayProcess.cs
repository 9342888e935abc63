using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Reflection;
using System.Text;
using FhirGateway.CommandLine;

namespace FhirGateway.Tests;

/// <summary>
/// The gateway in a process of its own, as a site runs it: for what can only be seen there, such as its memory and how it ends.
/// </summary>
internal sealed class GatewayProcess : IAsyncDisposable
{
    private const string Listening = "Now listening on: ";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly DirectoryInfo _folder;

    private GatewayProcess(Process process, DirectoryInfo folder, Uri url)
    {
        (_process, _folder, Url) = (process, folder, url);
        Http = new HttpClient { BaseAddress = url };
    }

    public Uri Url { get; }

    public HttpClient Http { get; }

    /// <summary>The number that the system knows it by.</summary>
    public int Id => _process.Id;

    public bool IsRunning => !_process.HasExited;

    /// <summary>Starts serving, with a source for every vendor.</summary>
    /// <param name="from">The folder it is started in; null for one of its own.</param>
    public static async Task<GatewayProcess> StartAsync(
        Dictionary<string, string> settings, Dictionary<string, string>? environment = null, string? from = null)
    {
        var folder = Directory.CreateTempSubdirectory("fhirgateway-process-");
        var all = new Dictionary<string, string>(settings);
        all.TryAdd("urls", "http://127.0.0.1:0");
        all.TryAdd("Gateway:Destination:Sandbox", "true");
        all.TryAdd("Gateway:Receiving:AllowHttp", "true");
        all.TryAdd("Gateway:Ledger:Path", Path.Combine(folder.FullName, "ledger.db"));
        foreach (var vendor in GatewayHost.Vendors.Vendors)
        {
            foreach (var (key, value) in RunningGateway.SettingsOf(vendor.Name, vendor)) all[key] = value!;
        }

        var process = Start(all, environment ?? [], from ?? folder.FullName);
        var said = new StringBuilder();
        using var limit = new CancellationTokenSource(Limit);
        while (await process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            said.AppendLine(line);
            if (line.IndexOf(Listening, StringComparison.Ordinal) is >= 0 and var at)
            {
                // What it says from now on is not waited for, but must not fill the pipe.
                _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
                _ = process.StandardError.ReadToEndAsync(CancellationToken.None);
                return new GatewayProcess(process, folder, new Uri(line[(at + Listening.Length)..].Trim() + "/"));
            }
        }

        throw new InvalidOperationException($"It does not serve: {said}{await process.StandardError.ReadToEndAsync(limit.Token)}");
    }

    /// <summary>Starts with settings that can't work, and waits until the process ends by itself.</summary>
    /// <param name="from">The folder it is started in; null for the tests' own.</param>
    public static async Task<(int Exit, string Output, string Error)> RefuseAsync(
        Dictionary<string, string> settings, Dictionary<string, string>? environment = null, string? from = null)
    {
        using var process = Start(settings, environment ?? [], from);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        try
        {
            await process.WaitForExitAsync().WaitAsync(Limit);
        }
        catch (TimeoutException)
        {
            process.Kill();
            Assert.Fail($"It serves: {await output}");
        }

        return (process.ExitCode, await output, await error);
    }

    /// <summary>Sends a body as the vendor would, to the source named like it.</summary>
    public async Task<HttpStatusCode> SendAsync(string vendor, ReadOnlyMemory<byte> body)
    {
        using var call = SignedWebhook.Create(
            new Uri(Url, "webhooks/" + vendor), GatewayHost.Vendors.Find(vendor)!, body, proof =>
                RunningGateway.Secret(proof), TimeProvider.System.GetUtcNow());
        using var answer = await Http.SendAsync(call);
        return answer.StatusCode;
    }

    /// <summary>Sends it a signal by name, such as TERM or KILL, and waits until it has ended.</summary>
    public async Task EndAsync(string signal)
    {
        using (var kill = Process.Start("kill", ["-s", signal, _process.Id.ToString(CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync();
        await _process.WaitForExitAsync().WaitAsync(Limit);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private static Process Start(Dictionary<string, string> settings, Dictionary<string, string> environment, string? from)
    {
        var program = Assembly.Load("FhirGateway").Location;
        var start = new ProcessStartInfo("dotnet", [program, .. settings.Select(each => $"--{each.Key}={each.Value}")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = from ?? "",
        };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return Process.Start(start)!;
    }
}
