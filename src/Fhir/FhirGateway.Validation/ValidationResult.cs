using FhirGateway.Validation.Terminology;
using Hl7.Fhir.Model;
using Hl7.Fhir.Utility;

namespace FhirGateway.Validation;

/// <summary>What a validation found.</summary>
public sealed class ValidationResult(IReadOnlyList<ValidationIssue> issues, IReadOnlyCollection<CodeQuestion>? unanswered = null)
{
    private const string LineExtension = "http://hl7.org/fhir/StructureDefinition/operationoutcome-issue-line";
    private const string ColumnExtension = "http://hl7.org/fhir/StructureDefinition/operationoutcome-issue-col";

    /// <summary>In the order of the resource.</summary>
    public IReadOnlyList<ValidationIssue> Issues { get; } = issues;

    /// <summary>What could not be told about codes here and a terminology server may know; at most 500.</summary>
    public IReadOnlyCollection<CodeQuestion> Unchecked { get; } = unanswered ?? [];

    /// <summary>The work it was, as <see cref="ValidationOptions.MaxStepsPerByte"/> counts it.</summary>
    public long Steps { get; init; }

    /// <summary>False when any issue is an error or fatal.</summary>
    public bool IsValid { get; } = !issues.Any(issue => issue.Severity >= IssueSeverity.Error);

    /// <summary>
    /// The findings as the SDK's OperationOutcome; one that says so when there are none. Line and column are the extensions that R4
    /// has for them.
    /// </summary>
    public OperationOutcome ToOperationOutcome()
    {
        var outcome = new OperationOutcome();
        foreach (var issue in Issues) outcome.Issue.Add(Component(issue));
        if (Issues.Count == 0)
        {
            outcome.Issue.Add(Component(new(IssueSeverity.Information, "informational", "No issues found.", null, null, "none")));
        }

        return outcome;
    }

    private static OperationOutcome.IssueComponent Component(ValidationIssue issue)
    {
        var component = new OperationOutcome.IssueComponent
        {
            Severity = issue.Severity switch
            {
                IssueSeverity.Fatal => OperationOutcome.IssueSeverity.Fatal,
                IssueSeverity.Error => OperationOutcome.IssueSeverity.Error,
                IssueSeverity.Warning => OperationOutcome.IssueSeverity.Warning,
                _ => OperationOutcome.IssueSeverity.Information,
            },
            Code = EnumUtility.ParseLiteral<OperationOutcome.IssueType>(issue.Code),
            Details = new CodeableConcept { Text = issue.Text },
            Diagnostics = issue.Profile is null ? $"rule {issue.Rule}" : $"rule {issue.Rule} of {issue.Profile}",
        };
        if (issue.Location is not null) component.Expression = [issue.Location];
        if (issue.Line is { } line) component.AddExtension(LineExtension, new Integer(line));
        if (issue.Column is { } column) component.AddExtension(ColumnExtension, new Integer(column));
        return component;
    }
}
