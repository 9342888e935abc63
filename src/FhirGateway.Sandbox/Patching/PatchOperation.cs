using System.Text.Json.Nodes;

namespace FhirGateway.Sandbox.Patching;

/// <summary>One operation of a FHIRPath Patch (FHIR R4 fhirpatch.html), read from its Parameters part.</summary>
internal sealed record PatchOperation(string Type, string Path, string? Name, PatchValue? Value, int? Index, int? Source, int? Destination)
{
    /// <summary>The operations of a Parameters resource, in order.</summary>
    public static IReadOnlyList<PatchOperation> ReadAll(JsonObject parameters)
    {
        if ((string?)parameters["resourceType"] != "Parameters")
        {
            throw new FhirPathPatchException("A FHIRPath Patch is a Parameters resource");
        }
        return [.. Parts(parameters["parameter"]).Select(Read)];
    }

    private static PatchOperation Read(JsonObject parameter)
    {
        if (Text(parameter["name"]) != "operation") throw new FhirPathPatchException($"Unknown patch parameter: {Text(parameter["name"])}");
        var parts = new Dictionary<string, JsonObject>(StringComparer.Ordinal);
        foreach (var part in Parts(parameter["part"])) parts[Text(part["name"]) ?? ""] = part;
        return new PatchOperation(
            Text(parts.GetValueOrDefault("type")?["valueCode"]) ?? throw new FhirPathPatchException("A patch operation has no type"),
            Text(parts.GetValueOrDefault("path")?["valueString"]) ?? throw new FhirPathPatchException("A patch operation has no path"),
            Text(parts.GetValueOrDefault("name")?["valueString"]),
            parts.TryGetValue("value", out var value) ? PatchValue.Read(value) : null,
            Integer(parts.GetValueOrDefault("index")),
            Integer(parts.GetValueOrDefault("source")),
            Integer(parts.GetValueOrDefault("destination")));
    }

    internal static IEnumerable<JsonObject> Parts(JsonNode? parts) => (parts as JsonArray ?? []).OfType<JsonObject>();

    internal static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static int? Integer(JsonObject? part) =>
        part?["valueInteger"] is JsonValue value && value.TryGetValue<int>(out var number) ? number : null;
}
