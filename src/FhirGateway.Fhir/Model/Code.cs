namespace FhirGateway.Fhir.Model;

/// <summary>A code whose value set is open or too large to list; <see cref="Code{T}"/> is for the others.</summary>
public class Code : LiteralType
{
    public Code()
    {
    }

    public Code(string? value) => Literal = value;

    public override string TypeName => "code";

    /// <summary>The value; null when the element has only an id or extensions.</summary>
    public string? Value { get => Literal; set => Literal = value; }
}
