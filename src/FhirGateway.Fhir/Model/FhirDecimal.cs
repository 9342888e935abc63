using System.Globalization;
using System.Text;
using System.Text.Json;

namespace FhirGateway.Fhir.Model;

/// <summary>A decimal that keeps its precision: 1.00 is written as 1.00 and 1e3 as 1e3, however many digits there are.</summary>
public class FhirDecimal : PrimitiveType
{
    private string? _literal;

    public FhirDecimal()
    {
    }

    public FhirDecimal(decimal? value) => Value = value;

    public override string TypeName => "decimal";

    /// <summary>The value; null when there is none, or when it is beyond the 28 digits of .NET's decimal (its literal is kept all the same).</summary>
    public decimal? Value
    {
        get => decimal.TryParse(_literal, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;
        set => _literal = value?.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>The JSON number's own text.</summary>
    /// <exception cref="FormatException">The text set is no JSON number.</exception>
    public override object? ObjectValue { get => _literal; set => _literal = value is null ? null : Checked((string)value); }

    internal override bool HasValue => _literal is not null;

    internal override string? ReadValue(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.Number) return "must be a JSON number";
        _literal = Encoding.ASCII.GetString(reader.ValueSpan);
        return null;
    }

    internal override void WriteValue(Utf8JsonWriter writer) => writer.WriteRawValue(_literal!, skipInputValidation: true);

    // It is written unchecked, so that nothing but a number may get here.
    private static string Checked(string literal)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(literal));
        try
        {
            if (reader.Read() && reader.TokenType == JsonTokenType.Number && reader.ValueSpan.Length == literal.Length && !reader.Read()) return literal;
        }
        catch (JsonException)
        {
            // Answered below, as any other text that is no number.
        }

        throw new FormatException("A FHIR decimal is a JSON number.");
    }
}
