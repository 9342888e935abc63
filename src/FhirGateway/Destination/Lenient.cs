using System.Text;
using System.Text.Json;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Hl7.Fhir.Utility;

namespace FhirGateway.Destination;

/// <summary>
/// Reads what a server answered with the SDK's types, whatever it holds. A resource that is read leniently keeps what R4 does not allow,
/// and the SDK throws when such an element is asked for: here it is as if it were not there.
/// </summary>
internal static class Lenient
{
    /// <summary>A resource of a type that R4 knows; null for anything else.</summary>
    public static Resource? Read(ReadOnlySpan<byte> json, int maxDepth)
    {
        if (json.StartsWith(Encoding.UTF8.Preamble)) json = json[Encoding.UTF8.Preamble.Length..];
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = maxDepth });
            _ = FhirJsonDeserializer.RECOVERABLE.TryDeserializeResource(ref reader, out var resource, out _);
            return resource is DynamicResource ? null : resource;
        }
        catch (Exception odd) when (odd is JsonException or InvalidOperationException or FormatException or CodedException)
        {
            return null;
        }
    }

    /// <summary>An element; null when it holds what R4 does not allow there.</summary>
    public static T? Of<T>(Func<T?> element)
        where T : class
    {
        try
        {
            return element();
        }
        catch (CodedException)
        {
            return null;
        }
    }
}
