namespace FhirGateway.Fhir.Model;

public partial class Parameters
{
    /// <summary>Adds a parameter with a value, and answers these parameters.</summary>
    public Parameters Add(string name, DataType value)
    {
        Parameter.Add(new ParameterComponent { Name = name, Value = value });
        return this;
    }

    /// <summary>Adds a parameter that is a resource, and answers these parameters.</summary>
    public Parameters Add(string name, Resource resource)
    {
        Parameter.Add(new ParameterComponent { Name = name, Resource = resource });
        return this;
    }
}
