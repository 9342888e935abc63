using System.Text;
using FhirGateway.Validation;

namespace FhirGateway.Benchmarks;

/// <summary>Verdicts a second beside HL7's own validator on the same lines, and what a validator that goes on keeps in memory.</summary>
internal static class ValidateBenchmark
{
    private const int WarmUps = 2;
    private const int Rounds = 5;

    public static int Run()
    {
        using var corpus = new Corpus();
        var lines = corpus.Lines();
        Console.WriteLine(
            $"{lines.Count} resources: US Core 6.1.0's examples and the bundles of mappings/**/*.expected.json, with US Core's profiles");
        Compare(lines, corpus.PackageFile);
        Weigh(lines, new FhirValidator(corpus.Definitions));
        return 0;
    }

    private static void Compare(IReadOnlyList<string> lines, string package)
    {
        // Both read a line from a pipe and write an OperationOutcome to one, a resource at a time.
        using var ours = new LineProcess(Corpus.Gateway(), "validate", "-", "--ndjson", "--package", package);
        using var theirs = new LineProcess(Corpus.Shared("hapi/validate.sh"), "--package", package, "-");
        for (var i = 0; i < WarmUps; i++)
        {
            ours.Ask(lines);
            theirs.Ask(lines);
        }

        var (ourRates, theirRates) = (new List<double>(), new List<double>());
        var (ourValid, theirValid) = (0, 0);
        for (var i = 0; i < Rounds; i++)
        {
            var (ourAnswers, ourRate) = ours.Ask(lines);
            var (theirAnswers, theirRate) = theirs.Ask(lines);
            ourRates.Add(ourRate);
            theirRates.Add(theirRate);
            ourValid = ourAnswers.Count(answer => !answer.Contains("\"severity\":\"error\"", StringComparison.Ordinal)
                && !answer.Contains("\"severity\":\"fatal\"", StringComparison.Ordinal));
            theirValid = theirAnswers.Count(answer => answer.Contains("\"valid\":true", StringComparison.Ordinal));
        }

        var (our, their) = (new Figures(ourRates), new Figures(theirRates));
        Console.WriteLine($"ours:   {our.Show("verdicts/s")}, {ourValid} valid");
        Console.WriteLine($"HL7's:  {their.Show("verdicts/s")}, {theirValid} valid");
        Console.WriteLine(FormattableString.Invariant($"ratio:  {our.Median / their.Median:F1}"));
    }

    private static void Weigh(IReadOnlyList<string> lines, FhirValidator validator)
    {
        var resources = lines.Select(Encoding.UTF8.GetBytes).ToList();
        for (var round = 1; round <= 30; round++)
        {
            foreach (var resource in resources) validator.Validate(resource);
            if (round % 10 == 0 || round == 1)
            {
                Console.WriteLine(FormattableString.Invariant(
                    $"managed memory after round {round,2}: {GC.GetTotalMemory(forceFullCollection: true) / 1024.0 / 1024.0:F1} MB"));
            }
        }
    }
}
