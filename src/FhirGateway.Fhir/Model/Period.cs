namespace FhirGateway.Fhir.Model;

public partial class Period
{
    public Period()
    {
    }

    public Period(FhirDateTime? start, FhirDateTime? end)
    {
        StartElement = start;
        EndElement = end;
    }
}
