namespace FhirGateway.Fhir.Model;

/// <summary>A resource id: letters, digits, - and ., at most 64.</summary>
public class Id : LiteralType
{
    public Id()
    {
    }

    public Id(string? value) => Literal = value;

    public override string TypeName => "id";

    /// <summary>The value; null when the element has only an id or extensions.</summary>
    public string? Value { get => Literal; set => Literal = value; }
}
