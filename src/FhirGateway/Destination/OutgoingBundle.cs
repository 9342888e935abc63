using System.Text.Json;
using FhirGateway.Mapping.Json;
using Hl7.Fhir.Model;

namespace FhirGateway.Destination;

/// <summary>
/// A transaction bundle as it goes out: its bytes, and what they say. Made once for a delivery; whoever checks or sends it reads the same
/// JSON, and the bytes that were checked are those that are sent. A bundle that goes out in parts is checked whole.
/// </summary>
public sealed class OutgoingBundle
{
    /// <param name="bytes">A Bundle's JSON in UTF-8.</param>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public OutgoingBundle(ReadOnlyMemory<byte> bytes)
    {
        Bytes = bytes;
        Json = JsonElement.Parse(bytes.Span);
        Entries = [.. Destination.Json.Items(Json, "entry")];
    }

    /// <summary>A bundle that is ready for its destination, written.</summary>
    public static OutgoingBundle Of(Bundle bundle) => new(ResourceJson.Write(bundle))
    {
        Ending = [.. Enumerable.Range(0, bundle.Entry.Count).Where(at => SentWhole.Is(bundle.Entry[at]))],
    };

    /// <summary>The bytes that are sent.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The same, as JSON.</summary>
    public JsonElement Json { get; }

    /// <summary>Its entries; empty when it has none.</summary>
    public IReadOnlyList<JsonElement> Entries { get; }

    /// <summary>The entries, from 0, that only end an earlier version by sending it whole, as the destination has it.</summary>
    public IReadOnlyCollection<int> Ending { get; init; } = [];
}
