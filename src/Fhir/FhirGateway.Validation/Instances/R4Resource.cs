using System.Text.Json;
using FhirGateway.FhirPath.Types;

namespace FhirGateway.Validation.Instances;

/// <summary>Tells a resource's type by its <c>resourceType</c>.</summary>
internal static class R4Resource
{
    private const int MaxLength = 64;

    /// <summary>What <c>resourceType</c> says; null when it is missing or not a string.</summary>
    public static string? TypeOf(JsonElement json) =>
        json.ValueKind == JsonValueKind.Object
            && json.TryGetProperty("resourceType"u8, out var type)
            && type.ValueKind == JsonValueKind.String
            ? type.GetString()
            : null;

    /// <summary>Whether R4 has a concrete resource type of this name.</summary>
    public static bool Exists(string name) =>
        name.Length < MaxLength && R4Types.Type(name) is { Kind: StructureKind.Resource, IsAbstract: false, IsConstraint: false };
}
