namespace FhirGateway.Validation.Findings;

/// <summary>Conditions (ElementDefinition.constraint) that do not hold, or could not be evaluated.</summary>
internal static class InvariantFindings
{
    public static Finding Fails(string key, string human, IssueSeverity severity) =>
        new Finding(key, "invariant", severity, $"{key} does not hold: {human}").Demanding(human);

    /// <summary>A rule that nobody could evaluate is never taken as kept.</summary>
    public static Finding NotEvaluated(string key, string why, IssueSeverity severity) =>
        new(key, "invariant", severity, $"{key} could not be evaluated here: {why}");

    public static Finding NotFhirPath(string key, string why, IssueSeverity severity) =>
        new(key, "not-supported", severity, $"{key} was not checked: its expression is not valid FHIRPath: {why}");

    public static Finding TooCostly(string key, string why) =>
        Finding.Error(key, "too-costly", $"{key} was not checked: {why}. Send less at once.");
}
