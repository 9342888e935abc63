namespace FhirGateway.Mapping.Targets;

/// <summary>Where a rule writes: an element by the names that FHIR gives it.</summary>
/// <param name="ResourceType">FHIR's name of the resource; <c>*</c> for every resource that is written.</param>
/// <param name="Path">The element's path as JSON spells it: <c>medicationCodeableConcept.text</c>; empty for the resource itself.</param>
public sealed record TargetPath(string ResourceType, string Path)
{
    /// <summary>The same path in FHIRPath: <c>medication.ofType(CodeableConcept).text</c>.</summary>
    public string FhirPath { get; init; } = Path;

    /// <summary>In FHIRPath, with the resource type first, as the mapping's table shows it.</summary>
    public override string ToString() => FhirPath.Length == 0 ? ResourceType : $"{ResourceType}.{FhirPath}";
}
