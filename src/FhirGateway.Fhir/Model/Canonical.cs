namespace FhirGateway.Fhir.Model;

/// <summary>The canonical URL of a definition, perhaps with |version.</summary>
public class Canonical : LiteralType
{
    public Canonical()
    {
    }

    public Canonical(string? value) => Literal = value;

    public override string TypeName => "canonical";

    /// <summary>The value; null when the element has only an id or extensions.</summary>
    public string? Value { get => Literal; set => Literal = value; }
}
