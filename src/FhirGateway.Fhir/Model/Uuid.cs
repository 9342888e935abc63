namespace FhirGateway.Fhir.Model;

/// <summary>A UUID as a URI: urn:uuid:….</summary>
public class Uuid : LiteralType
{
    public Uuid()
    {
    }

    public Uuid(string? value) => Literal = value;

    public override string TypeName => "uuid";

    /// <summary>The value; null when the element has only an id or extensions.</summary>
    public string? Value { get => Literal; set => Literal = value; }
}
