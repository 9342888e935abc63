using System.Diagnostics;

namespace FhirGateway.Benchmarks;

/// <summary>A validator in a process of its own that answers every resource, one a line, with one line.</summary>
internal sealed class LineProcess : IDisposable
{
    private readonly Process _process;

    public LineProcess(string program, params string[] arguments)
    {
        _process =
            Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
    }

    /// <summary>Asks for a verdict on each line, the next when the last was given.</summary>
    /// <returns>The answers, and verdicts a second.</returns>
    public (IReadOnlyList<string> Answers, double Rate) Ask(IReadOnlyList<string> lines)
    {
        var answers = new List<string>(lines.Count);
        var clock = Stopwatch.StartNew();
        foreach (var line in lines)
        {
            _process.StandardInput.WriteLine(line);
            _process.StandardInput.Flush();
            answers.Add(
                _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"{_process.StartInfo.FileName} ended early."));
        }

        return (answers, lines.Count / clock.Elapsed.TotalSeconds);
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
