using System.Collections.Concurrent;
using System.Text.Json;

namespace FhirGateway.Fhir.Serialization;

/// <summary>An element's JSON names, encoded once: date, _date for its id and extensions, and valueString and the like when it is a choice.</summary>
internal sealed class ElementName(string name)
{
    // Keyed by type name, of which there are some sixty: it can't grow without end.
    private readonly ConcurrentDictionary<string, ElementName> _choices = new(StringComparer.Ordinal);

    public JsonEncodedText Plain { get; } = JsonEncodedText.Encode(name);

    public JsonEncodedText Underscored { get; } = JsonEncodedText.Encode("_" + name);

    public ElementName OfType(string typeName) =>
        _choices.GetOrAdd(typeName, static (type, prefix) => new ElementName(prefix + char.ToUpperInvariant(type[0]) + type[1..]), name);
}
