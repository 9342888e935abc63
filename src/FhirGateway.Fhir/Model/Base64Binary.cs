using System.Buffers.Text;

namespace FhirGateway.Fhir.Model;

/// <summary>Bytes, written as base64. The text read is kept as it is, whether it decodes or not: its line breaks survive, and judging it is the validator's task.</summary>
public class Base64Binary : LiteralType
{
    public Base64Binary()
    {
    }

    public Base64Binary(byte[]? value) => Value = value;

    public override string TypeName => "base64Binary";

    /// <summary>The bytes, decoded at each reading; null when there are none or the text is no base64.</summary>
    public byte[]? Value
    {
        get => Literal is not null && Base64.IsValid(Literal) ? Convert.FromBase64String(Literal) : null;
        set => Literal = value is null ? null : Convert.ToBase64String(value);
    }
}
