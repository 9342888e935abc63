using System.Diagnostics;
using System.Reflection;

namespace FhirGateway.Tests.CommandLine;

/// <summary>Runs the program in a process of its own, as a shell does.</summary>
internal static class Shell
{
    public static async Task<(int Exit, string Output, string Error)> RunAsync(string[] args, ReadOnlyMemory<byte> input)
    {
        var program = Assembly.Load("FhirGateway").Location;
        using var process = Process.Start(new ProcessStartInfo("dotnet", [program, .. args])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        await process.StandardInput.BaseStream.WriteAsync(input);
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        return (process.ExitCode, await output, await error);
    }
}
