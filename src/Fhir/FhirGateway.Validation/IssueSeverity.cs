namespace FhirGateway.Validation;

/// <summary>How bad a finding is, as OperationOutcome says it (http://hl7.org/fhir/R4/valueset-issue-severity.html).</summary>
public enum IssueSeverity
{
    Information,
    Warning,

    /// <summary>The resource is invalid.</summary>
    Error,

    /// <summary>The resource could not be read to its end.</summary>
    Fatal,
}
