using System.Text.Json;

namespace FhirGateway.Destination;

/// <summary>
/// A transaction bundle as it goes out: its bytes, and what they say. Made once for a delivery; whoever checks or sends it reads the same
/// JSON, and the bytes that were checked are those that are sent.
/// </summary>
public sealed class OutgoingBundle
{
    private readonly JsonElement _entries;

    /// <param name="bytes">A Bundle's JSON in UTF-8.</param>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public OutgoingBundle(ReadOnlyMemory<byte> bytes)
    {
        Bytes = bytes;
        Json = JsonElement.Parse(bytes.Span);
        _ = Json.TryGetProperty("entry", out _entries);
    }

    /// <summary>The bytes that are sent.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The same, as JSON.</summary>
    public JsonElement Json { get; }

    /// <summary>Its entries; empty when it has none.</summary>
    public IEnumerable<JsonElement> Entries => _entries.ValueKind == JsonValueKind.Array ? _entries.EnumerateArray() : [];

    /// <summary>How many entries it has.</summary>
    public int EntryCount => _entries.ValueKind == JsonValueKind.Array ? _entries.GetArrayLength() : 0;
}
