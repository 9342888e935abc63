namespace FhirGateway.Fhir.Model;

/// <summary>A sequence of Unicode characters.</summary>
public class FhirString : LiteralType
{
    public FhirString()
    {
    }

    public FhirString(string? value) => Literal = value;

    public override string TypeName => "string";

    /// <summary>The value; null when the element has only an id or extensions.</summary>
    public string? Value { get => Literal; set => Literal = value; }
}
