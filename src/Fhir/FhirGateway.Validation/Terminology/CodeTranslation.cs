namespace FhirGateway.Validation.Terminology;

/// <summary>What a code means elsewhere, by a ConceptMap.</summary>
/// <param name="Equivalence">
/// FHIR's concept-map-equivalence, such as <c>equivalent</c> or <c>wider</c>: the target compared with the source.
/// </param>
/// <param name="System">The target's system; null when the map leaves it out.</param>
/// <param name="Code">Null when the map says that there is no target (<c>unmatched</c>, <c>disjoint</c>).</param>
/// <param name="Display">The target's display; null when not given.</param>
/// <param name="Map">Canonical of the map that says so.</param>
public sealed record CodeTranslation(string Equivalence, string? System, string? Code, string? Display, string Map)
{
    /// <summary>Whether there is a target to use.</summary>
    public bool IsMatch => Code is not null && Equivalence is not ("unmatched" or "disjoint");
}
