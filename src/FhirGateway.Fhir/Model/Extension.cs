namespace FhirGateway.Fhir.Model;

public partial class Extension
{
    public Extension()
    {
    }

    public Extension(string url, DataType? value)
    {
        Url = url;
        Value = value;
    }
}
