using Hl7.Fhir.Model;

namespace FhirGateway.Destination;

/// <summary>One issue of an OperationOutcome (http://hl7.org/fhir/R4/operationoutcome.html), as a server wrote it.</summary>
/// <param name="Severity">fatal, error, warning or information.</param>
/// <param name="Code">The issue type, such as <c>not-found</c>.</param>
/// <param name="Text">Diagnostics and details.text, whichever are there; empty when neither.</param>
/// <param name="Location">FHIRPath (or, from older servers, XPath) of the element; null when not said.</param>
public sealed record OutcomeIssue(string Severity, string Code, string Text, string? Location)
{
    /// <summary>The server refuses because of this issue.</summary>
    public bool IsError => Severity is "error" or "fatal";

    /// <summary>The issues of an OperationOutcome; empty for anything else.</summary>
    public static IReadOnlyList<OutcomeIssue> ReadAll(Resource? resource) =>
        resource is OperationOutcome outcome && Lenient.Of(() => outcome.Issue) is { } issues
            ? [.. issues.Where(issue => issue is not null).Select(Read)]
            : [];

    private static OutcomeIssue Read(OperationOutcome.IssueComponent issue)
    {
        var details = Lenient.Of(() => issue.Details?.Text);
        var diagnostics = Lenient.Of(() => issue.Diagnostics);
        var words = details is null || details == diagnostics ? diagnostics ?? "" : diagnostics is null ? details
            : $"{details}: {diagnostics}";

        // A code that R4 does not know is kept as it is: the SDK's enums would throw.
        return new OutcomeIssue(
            Lenient.Of(() => issue.SeverityElement?.JsonValue as string) ?? "error",
            Lenient.Of(() => issue.CodeElement?.JsonValue as string) ?? "unknown",
            words,
            Lenient.Of(() => issue.Expression?.FirstOrDefault()) ?? Lenient.Of(() => issue.Location?.FirstOrDefault()));
    }
}
