using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Hl7.Fhir.Utility;

namespace FhirGateway.Mapping.Json;

/// <summary>The one place that turns resources into bytes, and reads bytes strictly as resources.</summary>
public static class ResourceJson
{
    // Escapes only what JSON must: clinical text and XHTML stay legible. The text is never put into an HTML page as it is.
    private static readonly JsonWriterOptions Compact =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };
    private static readonly JsonWriterOptions Pretty = Compact with { Indented = true, NewLine = "\n" };
    private static readonly FhirJsonSerializer Serializer = new();

    // Bytes that a thread keeps for its next writing. Most bundles have a quarter of them.
    private const int MostKept = 64 * 1024;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    /// <summary>A resource as FHIR JSON in UTF-8, on one line. The same resource gives the same bytes.</summary>
    public static byte[] Write(Resource resource) => Written(resource, Compact).ToArray();

    /// <summary>A resource as FHIR JSON for people, in lines.</summary>
    public static string WritePretty(Resource resource) => Encoding.UTF8.GetString(Written(resource, Pretty));

    /// <summary>
    /// Reads a resource strictly: an unknown element, a value that its type can't have, a missing element or anything after the resource is
    /// refused. A byte order mark is skipped.
    /// </summary>
    /// <exception cref="FormatException">
    /// It is not such a resource. The message names places and the SDK's codes, never a value.
    /// </exception>
    public static T ReadStrictly<T>(ReadOnlySpan<byte> json)
        where T : Resource
    {
        if (json.StartsWith("\uFEFF"u8)) json = json[3..];
        var reader = new Utf8JsonReader(json);
        Resource? resource;
        IEnumerable<CodedException> issues;
        bool isRead;
        try
        {
            isRead = FhirJsonDeserializer.STRICT.TryDeserializeResource(ref reader, out resource, out issues);
            if (reader.Read()) throw new FormatException("Something follows the resource.");
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException)
        {
            throw new FormatException("It is not the JSON of one resource.");
        }

        if (!isRead) throw new FormatException($"It is not a FHIR R4 resource: {string.Join("; ", issues.Select(Place).Distinct())}.");
        return resource as T ?? throw new FormatException($"A {typeof(T).Name} is expected, and a {resource?.TypeName} came.");
    }

    // The SDK's own message may quote the value.
    private static string Place(CodedException issue) =>
        issue is ExtendedCodedException { InstancePath: { Length: > 0 } path } ? $"{path} ({issue.ErrorCode})" : issue.ErrorCode;

    /// <summary>What is written, in this thread's own buffer: it is gone with the next call.</summary>
    private static ReadOnlySpan<byte> Written(Resource resource, JsonWriterOptions options)
    {
        ArgumentNullException.ThrowIfNull(resource);
        var buffer = _buffer ??= new ArrayBufferWriter<byte>(MostKept / 4);
        buffer.Clear(); // and no patient's text stays in memory beside the next one's
        using (var json = new Utf8JsonWriter(buffer, options)) Serializer.Serialize(resource, json, null);
        if (buffer.Capacity > MostKept) _buffer = null;
        return buffer.WrittenSpan;
    }
}
