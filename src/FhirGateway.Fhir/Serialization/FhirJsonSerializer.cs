using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using FhirGateway.Fhir.Model;

namespace FhirGateway.Fhir.Serialization;

/// <summary>Writes FHIR JSON (R4, section 2.6.2): elements in the definition's order, nothing empty, decimals as they were given. The same object gives the same bytes.</summary>
public static class FhirJsonSerializer
{
    // Escapes only what JSON must: clinical text and XHTML stay legible. The text is never put into an HTML page as it is.
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonWriterOptions Pretty = Compact with { Indented = true, NewLine = "\n" };

    public static string SerializeToString(Base value, bool pretty = false) => Encoding.UTF8.GetString(Write(value, pretty).WrittenSpan);

    public static byte[] SerializeToBytes(Base value, bool pretty = false) => Write(value, pretty).WrittenSpan.ToArray();

    /// <summary>Writes into a buffer of the caller's, such as a request's body.</summary>
    public static void Serialize(Base value, IBufferWriter<byte> buffer, bool pretty = false)
    {
        ArgumentNullException.ThrowIfNull(value);
        using var json = new Utf8JsonWriter(buffer, pretty ? Pretty : Compact);
        new FhirJsonWriter(json).Root(value);
    }

    private static ArrayBufferWriter<byte> Write(Base value, bool pretty)
    {
        var buffer = new ArrayBufferWriter<byte>();
        Serialize(value, buffer, pretty);
        return buffer;
    }
}
