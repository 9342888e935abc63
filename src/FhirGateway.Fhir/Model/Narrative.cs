namespace FhirGateway.Fhir.Model;

public partial class Narrative
{
    public Narrative()
    {
    }

    /// <summary>A narrative whose status is still to be set.</summary>
    public Narrative(string? div) => Div = div;
}
