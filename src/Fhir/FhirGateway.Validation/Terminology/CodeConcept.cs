namespace FhirGateway.Validation.Terminology;

/// <summary>A code of a code system.</summary>
/// <param name="Code">As the system defines it.</param>
/// <param name="Display">Preferred display; null when none is given.</param>
/// <param name="Designations">Other displays, in any language.</param>
/// <param name="Parents">Codes it is a child of.</param>
/// <param name="Properties">Values by property code, as text.</param>
public sealed record CodeConcept(
    string Code,
    string? Display,
    IReadOnlyList<string> Designations,
    IReadOnlyList<string> Parents,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Properties);
