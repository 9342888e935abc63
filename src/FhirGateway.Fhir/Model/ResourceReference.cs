namespace FhirGateway.Fhir.Model;

public partial class ResourceReference
{
    public ResourceReference()
    {
    }

    /// <summary>A literal (Patient/1, urn:uuid:…) or conditional (Patient?identifier=…) reference, and the words that a reader sees.</summary>
    public ResourceReference(string? reference, string? display = null)
    {
        Reference = reference;
        Display = display;
    }
}
