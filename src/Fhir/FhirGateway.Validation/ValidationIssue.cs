namespace FhirGateway.Validation;

/// <summary>One finding.</summary>
/// <param name="Severity">Error and fatal make a resource invalid.</param>
/// <param name="Code">FHIR issue-type, such as <c>required</c> or <c>code-invalid</c>.</param>
/// <param name="Text">What is wrong and what to change.</param>
/// <param name="Location">
/// FHIRPath of the element, such as <c>Patient.name[0].given[1]</c>; null when it concerns the text as a whole.
/// </param>
/// <param name="Profile">Canonical of the definition that demands it; null for rules of JSON and of FHIR in general.</param>
/// <param name="Rule">Name of the rule: an invariant's key (<c>us-core-6</c>) or a word such as <c>cardinality</c>.</param>
public sealed record ValidationIssue(IssueSeverity Severity, string Code, string Text, string? Location, string? Profile, string Rule)
{
    /// <summary>
    /// Line of the element in the text that was validated, from 1. Of something missing, it is where the element begins that lacks
    /// it. Null when the issue concerns no place, or when there was no text (an object of the SDK).
    /// </summary>
    public int? Line { get; init; }

    /// <summary>
    /// What is demanded, in words that quote nothing of the resource, to be read behind <see cref="Location"/>: <c>.category is missing: at
    /// least 1 must be given.</c> Null where only <see cref="Text"/> tells.
    /// </summary>
    public string? Demand { get; init; }

    /// <summary>Column of the element in its line, in UTF-16 characters from 1; null when <see cref="Line"/> is.</summary>
    public int? Column { get; init; }

    /// <summary>The whole finding in a sentence that quotes nothing of the resource, whatever <see cref="Text"/> quotes.</summary>
    /// <param name="place">What the place is called; its location unless said.</param>
    public string ToDemand(string? place = null) => Demand is null
        ? $"{place ?? Location ?? "the resource"} breaks the rule {Rule}."
        : $"{place ?? Location ?? "the resource"}{Demand}{(Demand.EndsWith('.') ? "" : ".")}";
}
