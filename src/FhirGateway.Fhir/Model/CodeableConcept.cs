namespace FhirGateway.Fhir.Model;

public partial class CodeableConcept
{
    public CodeableConcept()
    {
    }

    /// <summary>One coding, and the text that a reader sees.</summary>
    public CodeableConcept(string? system, string? code, string? text = null)
        : this(system, code, display: null, text)
    {
    }

    /// <summary>One coding with the system's own display, and the text that a reader sees.</summary>
    public CodeableConcept(string? system, string? code, string? display, string? text)
    {
        Coding.Add(new Coding(system, code, display));
        Text = text;
    }

    /// <summary>A concept known by its words only.</summary>
    public static CodeableConcept OfText(string text) => new() { Text = text };

    /// <summary>Adds another coding of the same concept.</summary>
    public CodeableConcept Add(string? system, string? code, string? display = null)
    {
        Coding.Add(new Coding(system, code, display));
        return this;
    }
}
