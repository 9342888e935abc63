namespace FhirGateway.Validation.Terminology;

/// <summary>The codes of a value set.</summary>
/// <param name="Codes">In the order the value set gives them; each once.</param>
/// <param name="Missing">What could not be expanded, and why; empty when <paramref name="Codes"/> is all there is.</param>
public sealed record Expansion(IReadOnlyList<ExpandedCode> Codes, IReadOnlyList<string> Missing);

/// <summary>A code of an expansion.</summary>
public sealed record ExpandedCode(string System, string Code, string? Display);
