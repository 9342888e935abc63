namespace FhirGateway.Validation.Terminology;

/// <summary>Is this code in that value set, or does that system have it at all?</summary>
/// <param name="ValueSet">Canonical; null asks the code system.</param>
public readonly record struct CodeQuestion(string? ValueSet, string System, string Code);
