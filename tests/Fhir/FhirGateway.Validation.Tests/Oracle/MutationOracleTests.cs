using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FhirGateway.Testing;

namespace FhirGateway.Validation.Tests.Oracle;

/// <summary>
/// Our verdict against HL7's own validator on valid resources broken at random (issue 5). A small number by default;
/// FHIRGATEWAY_TEST_MUTATIONS and FHIRGATEWAY_TEST_SEED choose others, FHIRGATEWAY_TEST_MUTATIONS_OUT keeps what was compared.
/// </summary>
public sealed class MutationOracleTests(ITestOutputHelper output)
{
    private const double Wanted = 0.99;

    [SharedFact(HL7Validator.Script)]
    public void Broken_resources_get_the_verdict_of_HL7s_validator()
    {
        var (count, seed) = (Setting("MUTATIONS", 500), Setting("SEED", 20240517));
        using var uscore = UsCore.Open();
        var compared = Compared(uscore, count, seed);

        var validator = new FhirValidator(uscore.Definitions, HL7Validator.Options);
        var (agreed, explained) = (0, 0);
        var report = new StringBuilder();
        foreach (var (json, change, verdict) in compared)
        {
            var result = validator.Validate(Encoding.UTF8.GetBytes(json));
            if (result.IsValid == verdict.IsValid) agreed++;
            else if (OracleExceptions.Reason(verdict.Errors, result) is { } reason) explained += Note(report, "explained", reason, change, verdict.Errors, result);
            else Note(report, "DISAGREE", "", change, verdict.Errors, result);
        }

        var summary = $"{agreed} of {compared.Count} mutants get the oracle's verdict, {100.0 * agreed / compared.Count:F2} % ({compared.Count(mutant => mutant.Verdict.IsValid)} are valid to it); {explained} more differ for a listed reason.";
        output.WriteLine(summary);
        output.WriteLine(report.ToString());
        if (Environment.GetEnvironmentVariable("FHIRGATEWAY_TEST_MUTATIONS_OUT") is { Length: > 0 } path) File.WriteAllText(path, summary + "\n" + report);
        Assert.True(agreed >= Wanted * compared.Count, summary);
        Assert.Equal(compared.Count, agreed + explained);
    }

    private static int Note(StringBuilder report, string kind, string reason, string change, IReadOnlyList<string> theirs, ValidationResult ours)
    {
        report.Append(CultureInfo.InvariantCulture, $"{kind} {reason} [{change}]\n");
        foreach (var error in theirs.Take(3)) report.Append(CultureInfo.InvariantCulture, $"   theirs: {error}\n");
        foreach (var issue in ours.Issues.Where(issue => issue.Severity >= IssueSeverity.Error).Take(3)) report.Append(CultureInfo.InvariantCulture, $"   ours: {issue.Location} {issue.Rule} {issue.Text}\n");
        return 1;
    }

    // A resource that the oracle refuses unbroken can't show what breaking it does.
    private static List<(string Json, string Change, OracleVerdict Verdict)> Compared(UsCore uscore, int count, int seed)
    {
        var sources = uscore.Examples().Concat(OwnBundles()).Select(example => (example.Name, Json: JsonNode.Parse(example.Json)!.AsObject())).ToList();
        var mutants = Mutants(sources, count + count / 5, seed);
        var asked = sources.Select(source => source.Json.ToJsonString()).Concat(mutants.Select(mutant => mutant.Json)).ToList();
        var verdicts = HL7Validator.Ask(string.Concat(asked.Select(json => json + "\n")), uscore.Archives);
        Assert.Equal(asked.Count, verdicts.Count);
        var compared = mutants
            .Select((mutant, i) => (mutant.Json, mutant.Change, mutant.Source, Verdict: verdicts[sources.Count + i]))
            .Where(mutant => verdicts[mutant.Source].IsValid)
            .Select(mutant => (mutant.Json, mutant.Change, mutant.Verdict))
            .Take(count)
            .ToList();
        Assert.Equal(count, compared.Count);
        return compared;
    }

    private static List<(string Json, string Change, int Source)> Mutants(List<(string Name, JsonObject Json)> sources, int count, int seed)
    {
        var random = new Random(seed);
        var mutator = new Mutator(seed);
        var mutants = new List<(string, string, int)>();
        while (mutants.Count < count)
        {
            var source = random.Next(sources.Count);
            var (mutant, change) = mutator.Mutate(sources[source].Json);
            mutants.Add((mutant.ToJsonString(), $"{sources[source].Name}: {change}", source));
        }

        return mutants;
    }

    // What this product sends: every bundle that a vendor's sample is expected to become, as often as all the examples together. AIAST is newer than the
    // oracle's copy of its code system: left in, every one of these would be invalid to it from the start.
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
