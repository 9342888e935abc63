namespace FhirGateway.Fhir.Model;

/// <summary>An OID as a URI: urn:oid:1.2.3.</summary>
public class Oid : LiteralType
{
    public Oid()
    {
    }

    public Oid(string? value) => Literal = value;

    public override string TypeName => "oid";

    /// <summary>The value; null when the element has only an id or extensions.</summary>
    public string? Value { get => Literal; set => Literal = value; }
}
