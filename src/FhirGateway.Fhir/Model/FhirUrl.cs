namespace FhirGateway.Fhir.Model;

/// <summary>A URI that can be resolved.</summary>
public class FhirUrl : LiteralType
{
    public FhirUrl()
    {
    }

    public FhirUrl(string? value) => Literal = value;

    public override string TypeName => "url";

    /// <summary>The value; null when the element has only an id or extensions.</summary>
    public string? Value { get => Literal; set => Literal = value; }
}
