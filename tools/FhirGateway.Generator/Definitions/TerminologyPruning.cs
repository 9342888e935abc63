using System.Text.Json.Nodes;

namespace FhirGateway.Generator.Definitions;

/// <summary>
/// Cuts ValueSets and CodeSystems down to what tells whether a code is in them: codes, displays, hierarchy, status, compose.
/// </summary>
internal static class TerminologyPruning
{
    private static readonly string[] CodeSystemFields =
        [
            "resourceType", "url", "version", "name", "status", "content", "caseSensitive", "hierarchyMeaning", "valueSet", "supplements",
            "property", "concept"];

    private static readonly string[] ValueSetFields = ["resourceType", "url", "version", "name", "status", "compose", "expansion"];

    public static JsonObject Prune(JsonObject resource)
    {
        var pruned = StructurePruning.Take(resource, (string?)resource["resourceType"] == "CodeSystem" ? CodeSystemFields : ValueSetFields);
        foreach (var property in pruned["property"]?.AsArray() ?? []) Drop(property!.AsObject(), "description", "extension");
        PruneConcepts(pruned["concept"]);
        foreach (var part in new[] { "include", "exclude" })
        {
            foreach (var set in pruned["compose"]?[part]?.AsArray() ?? [])
            {
                Drop(set!.AsObject(), "extension");
                PruneConcepts(set["concept"]);
            }
        }

        if (pruned["compose"] is JsonObject compose) Drop(compose, "extension");
        if (pruned["expansion"] is JsonObject expansion)
        {
            Drop(expansion, "timestamp", "identifier", "extension");
            PruneConcepts(expansion["contains"]);
        }

        return pruned;
    }

    private static void PruneConcepts(JsonNode? concepts)
    {
        foreach (var concept in concepts?.AsArray() ?? [])
        {
            Drop(concept!.AsObject(), "definition", "designation", "extension", "deprecationDate");
            if (concept["property"] is JsonArray properties) PruneProperties(concept.AsObject(), properties);
            PruneConcepts(concept["concept"]);
            PruneConcepts(concept["contains"]);
        }
    }

    private static void PruneProperties(JsonObject concept, JsonArray properties)
    {
        for (var i = properties.Count - 1; i >= 0; i--)
        {
            if ((string?)properties[i]!["code"] == "deprecationDate") properties.RemoveAt(i);
        }

        if (properties.Count == 0) concept.Remove("property");
    }

    private static void Drop(JsonObject holder, params string[] fields)
    {
        foreach (var field in fields) holder.Remove(field);
    }
}
