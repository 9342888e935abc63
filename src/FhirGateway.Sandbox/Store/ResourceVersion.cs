using System.Text.Json;
using System.Text.Json.Nodes;
using FhirGateway.Sandbox.Searching;

namespace FhirGateway.Sandbox.Store;

/// <summary>One version of a resource as stored; never changes. Its content is null when this version is a deletion.</summary>
internal sealed class ResourceVersion(string type, string id, int version, DateTimeOffset lastUpdated, JsonElement? content)
{
    private readonly Lazy<ResourceIndex> _index =
        new(() => new ResourceIndex(type, content ?? throw new InvalidOperationException("A deletion has no content to search.")));

    public string Type { get; } = type;

    public string Id { get; } = id;

    public int Version { get; } = version;

    /// <summary>When it was written, to the millisecond.</summary>
    public DateTimeOffset LastUpdated { get; } = lastUpdated;

    public JsonElement? Content { get; } = content;

    public bool IsDeleted => Content is null;

    /// <summary>Its searchable values; a deletion has none and is never searched.</summary>
    public ResourceIndex Index => _index.Value;

    /// <summary>The reference to the resource, whatever its version: <c>Patient/1</c>.</summary>
    public string Reference => $"{Type}/{Id}";

    public string VersionedReference => $"{Type}/{Id}/_history/{Version}";

    public string ETag => $"W/\"{Version}\"";

    /// <summary>The content as a tree of one's own, free to change; null for a deletion.</summary>
    public JsonObject? Copy() => Content is { } content ? JsonObject.Create(content)!.DeepClone().AsObject() : null;
}
