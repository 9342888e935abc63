namespace FhirGateway.Mapping;

/// <summary>FHIR's issue-severity, as far as a translation needs it.</summary>
public enum ProblemSeverity
{
    /// <summary>Worth knowing; nothing is wrong.</summary>
    Information,

    /// <summary>Went on, but somebody should look.</summary>
    Warning,

    /// <summary>Can't go on.</summary>
    Error,
}

/// <summary>
/// Why something can't go on, or went on with a doubt. Never carries a value of the payload that could identify a patient.
/// </summary>
/// <param name="Severity">How bad it is.</param>
/// <param name="Code">
/// A code of FHIR's issue-type: <c>structure</c>, <c>required</c>, <c>value</c>, <c>not-found</c>, <c>multiple-matches</c>…
/// </param>
/// <param name="Text">A sentence for a person.</param>
/// <param name="Pointer">RFC 6901 pointer into the message; null when no one place is to blame.</param>
public sealed record Problem(ProblemSeverity Severity, string Code, string Text, string? Pointer)
{
    public static Problem Error(string code, string text, string? pointer = null) => new(ProblemSeverity.Error, code, text, pointer);

    public static Problem Warning(string code, string text, string? pointer = null) => new(ProblemSeverity.Warning, code, text, pointer);
}
