using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FhirGateway.Benchmarks;

/// <summary>The limit of any receiver: a server in a process of its own that reads a body and answers.</summary>
internal sealed class BareKestrel : IDisposable
{
    /// <summary>The argument that makes this program that server.</summary>
    public const string Argument = "bare-kestrel";

    private readonly Process _process;

    public BareKestrel()
    {
        _process = Process.Start(
            new ProcessStartInfo(Environment.ProcessPath!, [Argument]) { RedirectStandardOutput = true, RedirectStandardInput = true })!;
        Url = new Uri((_process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The server does not serve.")) + "/");
    }

    public Uri Url { get; }

    /// <summary>Processor time that the process has used.</summary>
    public TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Is the server, until its input ends.</summary>
    public static int Serve()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(async call =>
        {
            while (true)
            {
                var read = await call.Request.BodyReader.ReadAsync();
                call.Request.BodyReader.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted) break;
            }

            call.Response.StatusCode = StatusCodes.Status200OK;
        });
        app.StartAsync().GetAwaiter().GetResult();
        Console.WriteLine(app.Urls.Single());
        Console.In.ReadToEnd();
        return 0;
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
