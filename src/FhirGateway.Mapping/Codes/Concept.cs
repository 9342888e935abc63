using Hl7.Fhir.Model;

namespace FhirGateway.Mapping.Codes;

/// <summary>
/// A coded meaning as a constant: the model's own types are mutable and made anew for each use.
/// </summary>
/// <param name="Text">The words for it; null to let the code speak.</param>
/// <param name="Display">
/// The code system's own words for it, in the version that the concept maps name; null where that version's words are not known.
/// </param>
public sealed record Concept(string System, string Code, string? Text = null, string? Display = null)
{
    public CodeableConcept ToCodeableConcept() => new() { Coding = [ToCoding()], Text = Text };

    public Coding ToCoding() => new(System, Code) { Display = Display };

    public override string ToString() => $"{System}#{Code}";
}

/// <summary>LOINC codes that mappings name themselves, with displays of LOINC 2.78; all others live in concept maps.</summary>
public static class Loinc
{
    public const string System = "http://loinc.org";

    /// <summary>"Note": a clinical note of unspecified kind.</summary>
    public static Concept Note { get; } = new(System, "34109-9", Display: "Note");

    public static Concept ProgressNote { get; } = new(System, "11506-3", Display: "Progress note");

    public static Concept EmergencyNote { get; } = new(System, "34111-5", Display: "Emergency department Note");

    /// <summary>"Administrative note".</summary>
    public static Concept AdministrativeNote { get; } = new(System, "51851-4", Display: "Administrative note");
}

/// <summary>
/// FHIR's list-empty-reason, as far as a computer may assert it: <c>nilknown</c> is for clinicians only (R4, code system
/// list-empty-reason).
/// </summary>
public static class EmptyReason
{
    private const string System = "http://terminology.hl7.org/CodeSystem/list-empty-reason";

    /// <summary>Nobody asked.</summary>
    public static Concept NotAsked { get; } = new(System, "notasked");

    /// <summary>There may be information, but it is not here.</summary>
    public static Concept Unavailable { get; } = new(System, "unavailable");
}

/// <summary>Who asserted what a resource says, as a security label (v3-ObservationValue).</summary>
public static class Asserted
{
    private const string System = "http://terminology.hl7.org/CodeSystem/v3-ObservationValue";

    /// <summary>An artificial intelligence did.</summary>
    public static Concept ByAi { get; } = new(System, "AIAST", "Artificial Intelligence asserted");

    /// <summary>The patient did.</summary>
    public static Concept ByPatient { get; } = new(System, "PATAST", "patient asserted");
}
