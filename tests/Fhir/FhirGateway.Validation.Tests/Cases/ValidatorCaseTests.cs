using FhirGateway.Testing;

namespace FhirGateway.Validation.Tests.Cases;

/// <summary>HL7's own validator cases (issue 5): our verdict, has errors or not, against the recorded one.</summary>
public sealed class ValidatorCaseTests(ITestOutputHelper output)
{
    private const string Suite = "conformance/validator-r4";

    [SharedFact(Suite)]
    public void The_verdict_is_that_of_the_recorded_outcome_but_for_the_exceptions_listed_by_name()
    {
        var wrong = new List<string>();
        var agreeing = 0;
        foreach (var item in ValidatorCase.All.Values)
        {
            var result = item.Run();
            if (result.IsValid != item.ExpectsErrors)
            {
                agreeing++;
                continue;
            }

            wrong.Add(item.Name);
            var errors = result.Issues.Where(issue => issue.Severity >= IssueSeverity.Error).Take(3);
            var told = string.Join(" | ", errors.Select(issue => $"{issue.Location}: {issue.Text}"));
            output.WriteLine($"{item.Name}: expected {(item.ExpectsErrors ? "errors" : "none")}; {told}");
        }

        output.WriteLine(
            $"{agreeing} of {ValidatorCase.All.Count} cases agree; {ValidatorCaseExceptions.Reasons.Count} are listed as exceptions.");
        Assert.Equal(ValidatorCaseExceptions.Reasons.Keys.Order(StringComparer.Ordinal), wrong.Order(StringComparer.Ordinal));
    }
}
