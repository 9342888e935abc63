using FhirGateway.Validation.Findings;

namespace FhirGateway.Validation.Tests.Findings;

public sealed class IssueListTests
{
    [Fact]
    public void Information_does_not_crowd_errors_out()
    {
        var list = new IssueList(10);
        for (var i = 0; i < 100; i++) Add(list, IssueSeverity.Information);
        for (var i = 0; i < 3; i++) Add(list, IssueSeverity.Error);
        var issues = list.ToList("{}"u8, 0);
        Assert.Equal(5, issues.Count(issue => issue.Severity == IssueSeverity.Information && issue.Rule == "r"));
        Assert.Equal(3, issues.Count(issue => issue.Severity == IssueSeverity.Error));
        Assert.Equal(
            (IssueSeverity.Information, "too-costly", "95 further issues are not listed: fix these first."),
            (issues[^1].Severity, issues[^1].Code, issues[^1].Text));
    }

    [Fact]
    public void What_is_not_listed_still_makes_the_resource_invalid()
    {
        var list = new IssueList(2);
        for (var i = 0; i < 2; i++) Add(list, IssueSeverity.Warning);
        for (var i = 0; i < 4; i++) Add(list, IssueSeverity.Error);
        Assert.Equal(["Warning r", "Error r", "Error limits"], list.ToList("{}"u8, 0).Select(issue => $"{issue.Severity} {issue.Rule}"));
    }

    private static void Add(IssueList list, IssueSeverity severity)
    {
        if (list.Takes(severity)) list.Add(new ValidationIssue(severity, "invalid", "t", null, null, "r"), 0);
    }
}
