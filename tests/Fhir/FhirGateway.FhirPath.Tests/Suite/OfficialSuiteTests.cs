using FhirGateway.Testing;

namespace FhirGateway.FhirPath.Tests.Suite;

/// <summary>HL7's FHIRPath test suite for R4 (github.com/FHIR/fhir-test-cases), from the shared folder.</summary>
public sealed class OfficialSuiteTests(ITestOutputHelper output)
{
    public static IEnumerable<object[]> Names => SuiteCase.All.Keys.Select(name => new object[] { name }).DefaultIfEmpty([""]);

    [SharedTheory(SuiteCase.Folder)]
    [MemberData(nameof(Names))]
    public void Passes(string name)
    {
        var test = SuiteCase.All[name];
        var failure = SuiteRun.Failure(test);
        if (SuiteExceptions.All.TryGetValue(name, out var reason))
        {
            Assert.True(failure is not null, $"{name} passes now: take it off the exceptions ({reason})");
            return;
        }

        Assert.True(failure is null, $"{name}: {test.Expression} – {failure}");
    }

    [SharedFact(SuiteCase.Folder)]
    public void The_exceptions_are_few_and_exist()
    {
        Assert.All(SuiteExceptions.All.Keys, name => Assert.Contains(name, SuiteCase.All.Keys));
        Assert.True(SuiteExceptions.All.Count <= 10, "more than ten exceptions are too many");
    }

    [SharedFact(SuiteCase.Folder)]
    public void All_but_the_exceptions_pass()
    {
        var failures = SuiteCase.All.Values.Where(test => SuiteRun.Failure(test) is not null).Select(test => test.Name).ToList();
        output.WriteLine($"official FHIRPath suite: {SuiteCase.All.Count - failures.Count} of {SuiteCase.All.Count} pass");
        foreach (var (name, reason) in SuiteExceptions.All) output.WriteLine($"exception {name}: {reason}");
        Assert.Equal(SuiteExceptions.All.Keys.Order(StringComparer.Ordinal), failures.Order(StringComparer.Ordinal));
    }
}
