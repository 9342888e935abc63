namespace FhirGateway.Fhir.Model;

public partial class Quantity
{
    /// <summary>UCUM, the system of units that FHIR prefers.</summary>
    public const string Ucum = "http://unitsofmeasure.org";

    public Quantity()
    {
    }

    public Quantity(decimal value, string unit, string? system = Ucum)
    {
        Value = value;
        Unit = unit;
        System = system;
        if (system is not null) Code = unit;
    }
}
