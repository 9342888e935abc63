using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using FhirGateway.FhirPath;

namespace FhirGateway.Benchmarks;

/// <summary>HL7's FHIRPath engine (org.hl7.fhir.r4), run by Rival/FhirPathRival.java in a Java process.</summary>
internal sealed record FhirPathRival(Figures Invariants, Figures InvariantsFromText, Figures Paths, Figures PathsFromText, string Agreement)
{
    /// <summary>
    /// Runs the rival over the work, takes out of it what one of the two can't evaluate, and tells whether both find the same.
    /// </summary>
    /// <param name="why">Why there is no rival; null when there is one.</param>
    public static FhirPathRival? Measure(FhirPathWork work, out string? why)
    {
        var refused = KeepWhatWeEvaluate(work.InvariantTasks) + KeepWhatWeEvaluate(work.PathTasks);
        int KeepWhatWeEvaluate(List<FhirPathTask> tasks) => tasks.RemoveAll(task => Ours(work, task) is null);

        var libraries = Testing.Repository.SharedPath("hapi/lib");
        why = libraries is null ? "hapi/lib is not in the shared folder" : null;
        if (libraries is null) return null;
        var folder = Directory.CreateTempSubdirectory("fhirgateway-rival-");
        try
        {
            if (Run(work, libraries, folder.FullName, out why) is not { } lines) return null;
            var results = lines.Take(work.InvariantTasks.Count + work.PathTasks.Count).ToList();
            var same = work.InvariantTasks.Concat(work.PathTasks).Zip(results).Count(pair => Ours(work, pair.First) == pair.Second);
            var failed = results.Count(result => result == "error");
            var rates = lines[results.Count..].Select(
                line => new Figures(line.Split(' ').Select(rate => double.Parse(rate, CultureInfo.InvariantCulture)))).ToList();
            return new FhirPathRival(
                rates[0], rates[1], rates[2], rates[3],
                $"{same} of {results.Count} evaluations give both engines the same; HL7's can't do {failed}, ours {refused} (left out).");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string? Ours(FhirPathWork work, FhirPathTask task)
    {
        try
        {
            return FhirPathWork.Result(
                FhirPathExpression.Compile(task.Expression).Evaluate(FhirNode.Of(work.Foci[task.Focus]), EvaluationContext.Search));
        }
        catch (FhirPathException)
        {
            return null;
        }
    }

    private static List<string>? Run(FhirPathWork work, string libraries, string folder, out string? why)
    {
        var (foci, tasks, answers) = (
            Path.Combine(folder, "foci.ndjson"), Path.Combine(folder, "tasks.txt"), Path.Combine(folder, "answers.txt"));
        File.WriteAllLines(foci, work.Foci.Select(focus => JsonSerializer.Serialize(focus)));
        File.WriteAllLines(tasks, [.. work.InvariantTasks.Select(Line), "", .. work.PathTasks.Select(Line)]);
        try
        {
            // java compiles a single source file by itself, when it comes with a compiler.
            var source = Path.Combine(Testing.Repository.Root, "tests", "FhirGateway.Benchmarks", "Rival", "FhirPathRival.java");
            using var java = Process.Start(new ProcessStartInfo(
                "java",
                [
                    "-cp", Path.Combine(libraries, "*"), source, foci, tasks,
                    answers])
            { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var output = java.StandardOutput.ReadToEndAsync();
            var error = java.StandardError.ReadToEnd();
            java.WaitForExit();
            why = java.ExitCode == 0 ? null : $"java ended with {java.ExitCode}: {error}{(error.Length == 0 ? output.Result : "")}";
            return java.ExitCode == 0 ? [.. File.ReadAllLines(answers)] : null;
        }
        catch (Win32Exception absent)
        {
            why = $"java can't be started: {absent.Message}";
            return null;
        }
    }

    private static string Line(FhirPathTask task) => $"{task.Focus}\t{task.Expression.ReplaceLineEndings(" ")}";
}
