using System.Text.Json;

namespace FhirGateway.Fhir.Model;

/// <summary>true or false.</summary>
public class FhirBoolean : PrimitiveType
{
    public FhirBoolean()
    {
    }

    public FhirBoolean(bool? value) => Value = value;

    public override string TypeName => "boolean";

    /// <summary>The value; null when the element has only an id or extensions.</summary>
    public bool? Value { get; set; }

    public override object? ObjectValue { get => Value; set => Value = (bool?)value; }

    internal override bool HasValue => Value is not null;

    internal override string? ReadValue(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is not (JsonTokenType.True or JsonTokenType.False)) return "must be true or false";
        Value = reader.GetBoolean();
        return null;
    }

    internal override void WriteValue(Utf8JsonWriter writer) => writer.WriteBooleanValue(Value!.Value);
}
