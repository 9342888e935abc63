namespace FhirGateway.Fhir.Model;

public partial class Coding
{
    public Coding()
    {
    }

    public Coding(string? system, string? code, string? display = null)
    {
        System = system;
        Code = code;
        Display = display;
    }
}
