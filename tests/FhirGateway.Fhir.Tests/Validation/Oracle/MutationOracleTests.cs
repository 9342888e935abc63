using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FhirGateway.Fhir.Validation;
using FhirGateway.Testing;
using Xunit.Abstractions;

namespace FhirGateway.Fhir.Tests.Validation.Oracle;

/// <summary>
/// Our verdict against HL7's own validator on resources broken at random (issue 5). A small number by default;
/// FHIRGATEWAY_TEST_MUTATIONS and FHIRGATEWAY_TEST_SEED choose others, FHIRGATEWAY_TEST_MUTATIONS_OUT keeps what was compared.
/// </summary>
public sealed class MutationOracleTests(ITestOutputHelper output)
{
    private const double Wanted = 0.99;

    [SharedFact(HL7Validator.Script)]
    public void Broken_resources_get_the_verdict_of_HL7s_validator()
    {
        var (count, seed) = (Setting("MUTATIONS", 120), Setting("SEED", 20240517));
        using var uscore = UsCore.Open();
        var mutants = Mutants([.. uscore.Examples(), .. OwnBundles()], count, seed);
        var lines = new StringBuilder();
        foreach (var (json, _) in mutants) lines.Append(json).Append('\n');
        var verdicts = HL7Validator.Ask(lines.ToString());
        Assert.Equal(mutants.Count, verdicts.Count);

        var validator = new FhirValidator(uscore.Definitions, new ValidationOptions { RefuseUnknownProfiles = true });
        var (agreed, explained) = (0, 0);
        var report = new StringBuilder();
        for (var i = 0; i < mutants.Count; i++)
        {
            var result = validator.Validate(Encoding.UTF8.GetBytes(mutants[i].Json));
            if (result.IsValid == verdicts[i].IsValid) agreed++;
            else if (OracleExceptions.Reason(verdicts[i].Errors, result) is { } reason) explained += Note(report, "explained", reason, mutants[i].Change, verdicts[i].Errors, result);
            else Note(report, "DISAGREE", "", mutants[i].Change, verdicts[i].Errors, result);
        }

        var summary = $"{agreed} of {mutants.Count} mutants get the oracle's verdict ({verdicts.Count(verdict => verdict.IsValid)} are valid to it); {explained} more differ for a listed reason.";
        output.WriteLine(summary);
        output.WriteLine(report.ToString());
        if (Environment.GetEnvironmentVariable("FHIRGATEWAY_TEST_MUTATIONS_OUT") is { Length: > 0 } path) File.WriteAllText(path, summary + "\n" + report);
        Assert.True(agreed + explained >= Wanted * mutants.Count, summary);
    }

    private static int Note(StringBuilder report, string kind, string reason, string change, IReadOnlyList<string> theirs, ValidationResult ours)
    {
        report.Append(CultureInfo.InvariantCulture, $"{kind} {reason} [{change}]\n");
        foreach (var error in theirs.Take(3)) report.Append(CultureInfo.InvariantCulture, $"   theirs: {error}\n");
        foreach (var issue in ours.Issues.Where(issue => issue.Severity >= IssueSeverity.Error).Take(3)) report.Append(CultureInfo.InvariantCulture, $"   ours: {issue.Location} {issue.Rule} {issue.Text}\n");
        return 1;
    }

    private static List<(string Json, string Change)> Mutants(IEnumerable<(string Name, byte[] Json)> examples, int count, int seed)
    {
        var sources = examples.Select(example => (example.Name, Json: JsonNode.Parse(example.Json)!.AsObject())).ToList();
        var random = new Random(seed);
        var mutator = new Mutator(seed);
        var mutants = new List<(string, string)>();
        while (mutants.Count < count)
        {
            var (name, json) = sources[random.Next(sources.Count)];
            var (mutant, change) = mutator.Mutate(json);
            mutants.Add((mutant.ToJsonString(), $"{name}: {change}"));
        }

        return mutants;
    }

    // AIAST is newer than the oracle's copy of its code system: left in, every one of these would be invalid to it from the start.
    // What this product sends: every bundle that a vendor's sample is expected to become, as often as all the examples together.
    private static IEnumerable<(string Name, byte[] Json)> OwnBundles()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(Repository.Root, "mappings"), "*.expected.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            if (file.Contains("/obj/", StringComparison.Ordinal) || file.Contains("/bin/", StringComparison.Ordinal)) continue;
            using var json = JsonDocument.Parse(File.ReadAllBytes(file));
            var bundles = json.RootElement.ValueKind == JsonValueKind.Array ? json.RootElement.EnumerateArray().ToArray() : [json.RootElement];
            foreach (var bundle in bundles.Where(bundle => bundle.ValueKind == JsonValueKind.Object && bundle.TryGetProperty("resourceType", out _)))
            {
                for (var times = 0; times < 5; times++) yield return (Path.GetFileName(file), Encoding.UTF8.GetBytes(bundle.GetRawText().Replace("AIAST", "CLINAST", StringComparison.Ordinal)));
            }
        }
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable("FHIRGATEWAY_TEST_" + name), CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
