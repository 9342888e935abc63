using System.Text.Json;

namespace FhirGateway.Fhir.Model;

/// <summary>A primitive that is a string in JSON; the string is kept as it is.</summary>
public abstract class LiteralType : PrimitiveType
{
    private protected string? Literal { get; set; }

    public override object? ObjectValue { get => Literal; set => Literal = (string?)value; }

    internal override bool HasValue => Literal is not null;

    internal override string? ReadValue(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String) return "must be a JSON string";
        var literal = reader.GetString()!;
        Literal = literal;
        return literal.Length == 0 ? "must not be empty" : ProblemOf(literal);
    }

    internal override void WriteValue(Utf8JsonWriter writer) => writer.WriteStringValue(Literal);

    /// <summary>What makes the literal no value of this type; null when nothing does. The literal itself stays out of the text: it may be about a patient.</summary>
    private protected virtual string? ProblemOf(string literal) => null;
}
