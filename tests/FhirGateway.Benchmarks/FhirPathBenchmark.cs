using System.Text.Json;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using FhirGateway.FhirPath;

namespace FhirGateway.Benchmarks;

/// <summary>
/// Evaluations a second, and what each allocates, beside HL7's own FHIRPath engine with the same expressions and resources.
/// </summary>
[MemoryDiagnoser]
public class FhirPathBenchmark
{
    private static FhirPathWork _work = null!;
    private List<(int Focus, FhirPathExpression[] Expressions)> _invariants = [];
    private List<(int Focus, FhirPathExpression[] Expressions)> _paths = [];
    private List<byte[]> _texts = [];

    /// <summary>Whether reading the resource counts, as for a message that is seen once, or only the evaluations do.</summary>
    [Params(false, true)]
    public bool FromText { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        (_invariants, _paths) = (Compile(_work.InvariantTasks), Compile(_work.PathTasks));
        _texts = [.. _work.Foci.Select(focus => JsonSerializer.SerializeToUtf8Bytes(focus))];
    }

    [Benchmark]
    public int Invariants() => Evaluate(_invariants);

    [Benchmark]
    public int Paths() => Evaluate(_paths);

    internal static int Run()
    {
        _work = new FhirPathWork();
        var rival = FhirPathRival.Measure(_work, out var why);
        var folder = Directory.CreateTempSubdirectory("fhirgateway-benchmark-");
        try
        {
            var config = ManualConfig.CreateEmpty()
                .AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithMaxIterationCount(20))
                .AddColumnProvider(DefaultColumnProviders.Instance)
                .AddLogger(NullLogger.Instance)
                .WithArtifactsPath(folder.FullName);
            var summary = BenchmarkRunner.Run<FhirPathBenchmark>(config);
            foreach (var report in summary.Reports) Show(report, rival);
            Console.WriteLine(rival is null ? $"No rival measured: {why}" : rival.Agreement);
            return summary.Reports.All(report => report.Success) ? 0 : 1;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Show(BenchmarkReport report, FhirPathRival? rival)
    {
        var isInvariants = report.BenchmarkCase.Descriptor.WorkloadMethod.Name == nameof(Invariants);
        var fromText = (bool)report.BenchmarkCase.Parameters[nameof(FromText)];
        var tasks = (isInvariants ? _work.InvariantTasks : _work.PathTasks).Count;
        var ours = new Figures(report.ResultStatistics!.OriginalValues.Select(nanoseconds => tasks / (nanoseconds / 1e9)));
        var allocated = (report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) ?? 0) / (double)tasks;
        Console.WriteLine($"{tasks} evaluations "
            + $"of {(isInvariants ? "R4's invariants" : "a dozen paths")},"
                + $" {(fromText ? "reading the resource included" : "the resource read before")}");
        Console.WriteLine(FormattableString.Invariant($"  ours:   {ours.Show("evaluations/s")}, {allocated:N0} bytes each"));
        if (rival is null) return;
        var theirs = isInvariants ? fromText ? rival.InvariantsFromText : rival.Invariants : fromText ? rival.PathsFromText : rival.Paths;
        Console.WriteLine($"  HL7's:  {theirs.Show("evaluations/s")}");
        Console.WriteLine(FormattableString.Invariant($"  ratio:  {ours.Median / theirs.Median:F1}"));
    }

    private static List<(int Focus, FhirPathExpression[] Expressions)> Compile(List<FhirPathTask> tasks) =>
        [.. tasks.GroupBy(
            task => task.Focus, (focus, ofIt) => (focus, ofIt.Select(task => FhirPathExpression.Compile(task.Expression)).ToArray()))];

    private int Evaluate(List<(int Focus, FhirPathExpression[] Expressions)> work)
    {
        var items = 0;
        foreach (var (focus, expressions) in work)
        {
            using var document = FromText ? JsonDocument.Parse(_texts[focus]) : null;
            var node = FhirNode.Of(document?.RootElement ?? _work.Foci[focus]);
            foreach (var expression in expressions) items += expression.Evaluate(node, EvaluationContext.Search).Count;
        }

        return items;
    }
}
