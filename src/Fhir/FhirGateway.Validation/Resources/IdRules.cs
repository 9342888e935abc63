using System.Text.Json;
using FhirGateway.Validation.Walking;

namespace FhirGateway.Validation.Resources;

/// <summary>Ids inside a resource: contained resources have one, and no two elements share one.</summary>
internal static class IdRules
{
    public static void Check(Focus resource, ValidationRun run)
    {
        if (resource.Name == "contained" && resource.Parent is not null && resource.Text("id") is null) run.Error("required", "A contained resource must have an id, or nothing can refer to it.", resource, resource.Shape, "contained-id");
        // A StructureDefinition names its elements alike in snapshot and differential.
        if (resource.Type == "StructureDefinition") return;
        HashSet<string>? seen = null;
        foreach (var member in resource.Json.EnumerateObject())
        {
            // A resource's own id, and those of resources inside, are not ids of elements.
            if (member.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array && member.Name != "contained") Collect(member.Value, resource, ref seen, run);
        }
    }

    private static void Collect(JsonElement json, Focus resource, ref HashSet<string>? seen, ValidationRun run)
    {
        if (json.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in json.EnumerateArray())
            {
                if (item.ValueKind is JsonValueKind.Object or JsonValueKind.Array) Collect(item, resource, ref seen, run);
            }

            return;
        }

        if (json.TryGetProperty("resourceType"u8, out _)) return;
        foreach (var member in json.EnumerateObject())
        {
            if (member.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array) Collect(member.Value, resource, ref seen, run);
            else if (member.Value.ValueKind == JsonValueKind.String && member.NameEquals("id"u8) && !(seen ??= new(StringComparer.Ordinal)).Add(member.Value.GetString()!))
            {
                run.Error("invalid", $"Two elements have the id '{Words.Shown(member.Value.GetString())}': ids must be unique in a resource.", resource, resource.Shape, "unique-id");
            }
        }
    }
}
