namespace FhirGateway.Fhir.Model;

public partial class Identifier
{
    public Identifier()
    {
    }

    public Identifier(string? system, string? value)
    {
        System = system;
        Value = value;
    }
}
