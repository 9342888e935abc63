using System.Text.Json;

namespace FhirGateway.Fhir.Model;

/// <summary>
/// A FHIR primitive: a value, an id and extensions, or only some of them. What was read is kept exactly as it was written
/// (a decimal's digits, an instant's fraction, a code that its value set lacks), so that writing it gives the same text.
/// </summary>
public abstract class PrimitiveType : DataType
{
    /// <summary>The value as it stands in JSON: a string, bool or int, or the literal of a decimal; null when there is only an id or extension.</summary>
    public abstract object? ObjectValue { get; set; }

    internal abstract bool HasValue { get; }

    /// <summary>Takes the reader's current token as the value. Answers what is wrong with it, null when nothing is.</summary>
    internal abstract string? ReadValue(ref Utf8JsonReader reader);

    internal abstract void WriteValue(Utf8JsonWriter writer);

    /// <summary>The value as text, as it is written in JSON.</summary>
    public override string ToString() => ObjectValue?.ToString() ?? "";
}
