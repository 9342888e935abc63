using System.Text.Json;

namespace FhirGateway.Fhir.Model;

/// <summary>A whole number from 1.</summary>
public class PositiveInt : PrimitiveType
{
    public PositiveInt()
    {
    }

    public PositiveInt(int? value) => Value = value;

    public override string TypeName => "positiveInt";

    /// <summary>The value; null when the element has only an id or extensions.</summary>
    public int? Value { get; set; }

    public override object? ObjectValue { get => Value; set => Value = (int?)value; }

    internal override bool HasValue => Value is not null;

    internal override string? ReadValue(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.Number) return "must be a JSON number";
        if (!reader.TryGetInt32(out var value) || value < 1) return "must be a whole number from 1 to 2147483647";
        Value = value;
        return null;
    }

    internal override void WriteValue(Utf8JsonWriter writer) => writer.WriteNumberValue(Value!.Value);
}
