namespace FhirGateway.Fhir.Model;

/// <summary>A narrative's div: XHTML as text.</summary>
public class XHtml : LiteralType
{
    public XHtml()
    {
    }

    public XHtml(string? value) => Literal = value;

    public override string TypeName => "xhtml";

    /// <summary>The value; null when the element has only an id or extensions.</summary>
    public string? Value { get => Literal; set => Literal = value; }
}
