using System.Text.Json;
using FhirGateway.FhirPath.Values;

namespace FhirGateway.FhirPath;

/// <summary>Results of an expression as JSON.</summary>
public static class FhirPathJson
{
    private const int FlushAt = 1 << 20;

    /// <summary>
    /// An array of the items: elements as their FHIR JSON (a primitive's extensions are left out), values as JSON's own types,
    /// dates and times as FHIR writes them, a FHIRPath Quantity as <c>{"value":…,"unit":…}</c>.
    /// </summary>
    /// <exception cref="FhirPathException">
    /// A text in an element's JSON is not valid Unicode, or it is nested deeper than the writer goes.
    /// </exception>
    public static void Write(Utf8JsonWriter writer, IReadOnlyList<FhirNode> items)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(items);
        writer.WriteStartArray();
        foreach (var item in items)
        {
            Write(writer, item);
            if (writer.BytesPending > FlushAt) writer.Flush();
        }

        writer.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter writer, FhirNode item)
    {
        if (item.Json is { } json)
        {
            WriteElement(writer, item, json);
            return;
        }

        switch (item.Value)
        {
            case bool value:
                writer.WriteBooleanValue(value);
                break;
            case int value:
                writer.WriteNumberValue(value);
                break;
            case long value:
                writer.WriteNumberValue(value);
                break;
            case decimal value:
                writer.WriteNumberValue(value);
                break;
            case WideNumber value:
                writer.WriteRawValue(value.ToString());
                break;
            case Quantity value:
                writer.WriteStartObject();
                writer.WritePropertyName("value");
                writer.WriteRawValue(value.Number);
                writer.WriteString("unit", value.Unit);
                writer.WriteEndObject();
                break;
            case { } value:
                writer.WriteStringValue(value.ToString());
                break;
            default:
                WriteChildren(writer, item);
                break;
        }
    }

    private static void WriteElement(Utf8JsonWriter writer, FhirNode item, JsonElement json)
    {
        try
        {
            json.WriteTo(writer);
        }
        catch (InvalidOperationException error)
        {
            throw new FhirPathException($"{item.Location} can't be written as JSON: {error.Message}");
        }
    }

    // What has neither JSON nor a value: the answer of type(), or a primitive with extensions only.
    private static void WriteChildren(Utf8JsonWriter writer, FhirNode item)
    {
        if (item.PrimitiveExtras is { } extras)
        {
            WriteElement(writer, item, extras);
            return;
        }

        writer.WriteStringValue(item.ToString());
    }
}
