namespace FhirGateway.Fhir.Model;

/// <summary>Text with GitHub-flavoured Markdown.</summary>
public class Markdown : LiteralType
{
    public Markdown()
    {
    }

    public Markdown(string? value) => Literal = value;

    public override string TypeName => "markdown";

    /// <summary>The value; null when the element has only an id or extensions.</summary>
    public string? Value { get => Literal; set => Literal = value; }
}
