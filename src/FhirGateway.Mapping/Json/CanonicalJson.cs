using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;

namespace FhirGateway.Mapping.Json;

/// <summary>
/// One spelling for JSON that says the same: keys sorted, no white space. Numbers keep their digits, since they may be clinical.
/// </summary>
public static class CanonicalJson
{
    // Each message is hashed once or twice: its form is written where the one before was. A longer one is not kept.
    private const int MostKept = 64 * 1024;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _kept;

    /// <summary>SHA-256 of the canonical form, in lower-case hexadecimal.</summary>
    public static string Hash(JsonElement element)
    {
        var buffer = _kept ?? new ArrayBufferWriter<byte>(4096);
        _kept = null;
        using (var writer = new Utf8JsonWriter(buffer)) Write(writer, element);
        var hash = Convert.ToHexStringLower(SHA256.HashData(buffer.WrittenSpan));
        buffer.Clear();
        if (buffer.Capacity <= MostKept) _kept = buffer;
        return hash;
    }

    private static void Write(Utf8JsonWriter writer, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                // A property makes its name anew each time it is asked.
                var named = element.EnumerateObject().Select(property => (property.Name, property.Value));
                foreach (var (name, value) in named.OrderBy(property => property.Name, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(name);
                    Write(writer, value);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray()) Write(writer, item);
                writer.WriteEndArray();
                break;
            case JsonValueKind.Number:
                writer.WriteRawValue(element.GetRawText());
                break;
            case JsonValueKind.Undefined:
                writer.WriteNullValue();
                break;
            default:
                element.WriteTo(writer);
                break;
        }
    }
}
