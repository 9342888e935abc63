using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;

namespace FhirGateway.Sandbox.Serving;

/// <summary>Writes answers as FHIR JSON in UTF-8.</summary>
internal static class FhirBytes
{
    private const int MaxDepth = 256;
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = MaxDepth };

    /// <summary>A stored resource, each value spelled as the client wrote it.</summary>
    public static ReadOnlyMemory<byte> Of(JsonElement resource)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes, Plain)) resource.WriteTo(writer);
        return bytes.WrittenMemory;
    }

    /// <summary>A resource that the sandbox itself made.</summary>
    public static ReadOnlyMemory<byte> Of(Resource resource)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes, Plain)) FhirJsonSerializer.Default.Serialize(resource, writer);
        return bytes.WrittenMemory;
    }

    /// <summary>
    /// A bundle with the stored resources of its entries. These do not pass through the SDK's model, which rounds long
    /// decimals and rewrites base64: a client gets back what was written.
    /// </summary>
    /// <param name="resources">The resource of each entry, in the entries' order; null for an entry without one.</param>
    public static ReadOnlyMemory<byte> Of(Bundle bundle, IReadOnlyList<JsonNode?> resources)
    {
        var frame = Of(bundle);
        if (resources.All(resource => resource is null)) return frame;
        var json = JsonNode.Parse(frame.Span)!.AsObject();
        foreach (var (entry, resource) in json["entry"]!.AsArray().Zip(resources))
        {
            // After the fullUrl, where FHIR's own order has it.
            if (resource is not null) entry!.AsObject().Insert(entry["fullUrl"] is null ? 0 : 1, "resource", resource);
        }

        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes, Plain)) json.WriteTo(writer);
        return bytes.WrittenMemory;
    }
}
