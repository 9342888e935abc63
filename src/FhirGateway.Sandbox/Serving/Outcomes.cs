using FhirGateway.Sandbox.Writing;
using Hl7.Fhir.Model;

namespace FhirGateway.Sandbox.Serving;

/// <summary>OperationOutcome resources in HAPI's shape.</summary>
internal static class Outcomes
{
    /// <summary>Why a request was refused.</summary>
    /// <param name="code">In place of the failure's own issue type; null for that one.</param>
    public static OperationOutcome Of(SandboxException failure, OperationOutcome.IssueType? code = null)
    {
        var issue = new OperationOutcome.IssueComponent
        {
            Severity = OperationOutcome.IssueSeverity.Error,
            Code = code ?? failure.Code,
            Diagnostics = failure.Message,
        };
        if (failure.Element is { } element) issue.Expression = [element];
        return new OperationOutcome { Issue = [issue] };
    }

    /// <summary>What a write did.</summary>
    public static OperationOutcome Of(WriteOutcome outcome) => new()
    {
        Issue =
        [
            new OperationOutcome.IssueComponent
            {
                Severity = OperationOutcome.IssueSeverity.Information,
                Code = OperationOutcome.IssueType.Informational,
                Details = new CodeableConcept(StorageResponse.System, outcome.Response.Code, outcome.Response.Display, null),
                Diagnostics = outcome.Diagnostics,
            },
        ],
    };
}
