namespace FhirGateway.Fhir.Serialization;

/// <summary>A text is no valid FHIR JSON; <see cref="Issues"/> lists everything found in it.</summary>
public sealed class FhirJsonException(IReadOnlyList<FhirJsonIssue> issues)
    : Exception(issues.Count == 1 ? issues[0].ToString() : $"{issues[0]} (and {issues.Count - 1} more)")
{
    public IReadOnlyList<FhirJsonIssue> Issues { get; } = issues;
}
