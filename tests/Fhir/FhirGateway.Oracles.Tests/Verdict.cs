using FhirGateway.Validation;

namespace FhirGateway.Oracles.Tests;

/// <summary>Whether a validator takes a resource, and the errors it finds when it does not: what is wrong, then where.</summary>
internal sealed record Verdict(bool IsValid, IReadOnlyList<string> Errors)
{
    public static Verdict Of(IReadOnlyList<string> errors) => new(errors.Count == 0, errors);

    public static Verdict Of(ValidationResult ours) =>
        Of([.. ours.Issues.Where(issue => issue.Severity >= IssueSeverity.Error).Select(Text)]);

    private static string Text(ValidationIssue issue) => $"[{issue.Rule}] {issue.Text} {issue.Location}";
}

/// <summary>One resource's verdicts; an oracle that was not asked about it has none.</summary>
internal sealed record Judged(string Name, Verdict Ours, Verdict? HL7, Verdict? Firely)
{
    public Verdict? Of(Oracle oracle) => oracle == Oracle.HL7 ? HL7 : Firely;
}

internal enum Oracle
{
    HL7,
    Firely,
}
