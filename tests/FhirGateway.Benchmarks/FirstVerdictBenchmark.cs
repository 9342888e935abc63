using System.Diagnostics;

namespace FhirGateway.Benchmarks;

/// <summary>How long a fresh process takes to its first verdict with US Core: at most a second, start-up and unpacking included.</summary>
internal static class FirstVerdictBenchmark
{
    private const double LimitMilliseconds = 1000;
    private const int Processes = 15;

    public static int Run()
    {
        using var corpus = new Corpus();
        var start = Measure("--version");
        var base4 = Measure("validate", corpus.ExampleFile);
        var usCore = Measure("validate", corpus.ExampleFile, "--package", corpus.PackageFile);
        Console.WriteLine($"the program's start alone:        {start.Show("ms")}");
        Console.WriteLine($"first verdict, R4 only:           {base4.Show("ms")}");
        Console.WriteLine($"first verdict, R4 and US Core:    {usCore.Show("ms")}");
        Console.WriteLine(
            FormattableString.Invariant($"of the limit of {LimitMilliseconds:N0} ms:          {usCore.Median / LimitMilliseconds:P0}"));
        return 0;
    }

    private static Figures Measure(params string[] arguments)
    {
        // The first one brings the files into the system's cache.
        Once(arguments);
        return new Figures(Enumerable.Range(0, Processes).Select(_ => Once(arguments)).ToList());
    }

    private static double Once(string[] arguments)
    {
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(new ProcessStartInfo(Corpus.Gateway(), arguments) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        var elapsed = clock.Elapsed.TotalMilliseconds;
        // US Core's example has findings; what fails otherwise prints no OperationOutcome.
        return output.Length > 0
            ? elapsed
            : throw new InvalidOperationException($"{string.Join(' ', arguments)} printed nothing and ended with {process.ExitCode}.");
    }
}
