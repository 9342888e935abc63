namespace FhirGateway.Fhir.Model;

/// <summary>An absolute or relative URI.</summary>
public class FhirUri : LiteralType
{
    public FhirUri()
    {
    }

    public FhirUri(string? value) => Literal = value;

    public override string TypeName => "uri";

    /// <summary>The value; null when the element has only an id or extensions.</summary>
    public string? Value { get => Literal; set => Literal = value; }
}
