using System.Text.Json;
using FhirGateway.FhirPath.Types;
using FhirGateway.Validation.Schemas;

namespace FhirGateway.Validation.Walking;

/// <summary>Tells a resource's type by its <c>resourceType</c>.</summary>
internal static class ResourceTypes
{
    public static string? Of(JsonElement json) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty("resourceType"u8, out var type) && type.ValueKind == JsonValueKind.String ? type.GetString() : null;

    /// <summary>The concrete resource type of a name; null when R4 has none.</summary>
    public static Schema? Find(string name) =>
        name.Length < 64 && SchemaSet.Type(name) is { Structure: { Kind: StructureKind.Resource, IsAbstract: false, IsConstraint: false } } schema ? schema : null;
}
