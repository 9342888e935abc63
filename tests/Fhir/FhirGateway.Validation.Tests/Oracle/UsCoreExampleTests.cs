using System.Text;
using System.Text.Json;
using FhirGateway.Testing;

namespace FhirGateway.Validation.Tests.Oracle;

/// <summary>Every example that US Core 6.1.0 publishes, against HL7's validator (issue 5).</summary>
public sealed class UsCoreExampleTests(ITestOutputHelper output)
{
    [SharedFact(HL7Validator.Script)]
    public void Every_example_gets_the_verdict_of_HL7s_validator()
    {
        using var uscore = UsCore.Open();
        var examples = uscore.Examples().ToList();
        var verdicts = HL7Validator.Ask(string.Concat(examples.Select(example => OnOneLine(example.Json) + "\n")), uscore.Archives);
        Assert.Equal(examples.Count, verdicts.Count);
        var validator = new FhirValidator(uscore.Definitions, HL7Validator.Options);
        var wrong = new List<string>();
        for (var i = 0; i < examples.Count; i++)
        {
            var result = validator.Validate(examples[i].Json);
            if (result.IsValid != verdicts[i].IsValid) wrong.Add($"{examples[i].Name}: {string.Join(" | ", verdicts[i].Errors.Take(2))} / {string.Join(" | ", result.Issues.Where(issue => issue.Severity >= IssueSeverity.Error).Take(2).Select(issue => issue.Text))}");
        }

        output.WriteLine($"{examples.Count - wrong.Count} of {examples.Count} examples get the oracle's verdict.");
        Assert.Empty(wrong);
    }

    private static string OnOneLine(byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        return Encoding.UTF8.GetString(JsonSerializer.SerializeToUtf8Bytes(document.RootElement));
    }
}
