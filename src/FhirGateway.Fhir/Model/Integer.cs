using System.Text.Json;

namespace FhirGateway.Fhir.Model;

/// <summary>A whole number of 32 bits.</summary>
public class Integer : PrimitiveType
{
    public Integer()
    {
    }

    public Integer(int? value) => Value = value;

    public override string TypeName => "integer";

    /// <summary>The value; null when the element has only an id or extensions.</summary>
    public int? Value { get; set; }

    public override object? ObjectValue { get => Value; set => Value = (int?)value; }

    internal override bool HasValue => Value is not null;

    internal override string? ReadValue(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.Number) return "must be a JSON number";
        if (!reader.TryGetInt32(out var value)) return "must be a whole number of 32 bits";
        Value = value;
        return null;
    }

    internal override void WriteValue(Utf8JsonWriter writer) => writer.WriteNumberValue(Value!.Value);
}
