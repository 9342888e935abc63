using System.Text.Json.Nodes;

namespace FhirGateway.Sandbox.Writing;

/// <summary>
/// What the server makes of <c>Resource.meta</c>: version, time and source are its own; labels and tags only ever grow, as on HAPI.
/// </summary>
internal static class ResourceMeta
{
    private static readonly string[] Kept = ["profile", "security", "tag"];

    /// <summary>
    /// The resource with the id and the meta it is stored with: labels and tags of the last version stay when the new one lacks
    /// them.
    /// </summary>
    public static JsonObject Stamp(
        JsonObject resource,
        string id,
        int version,
        DateTimeOffset lastUpdated,
        string requestId,
        JsonObject? previous)
    {
        var sent = resource["meta"] as JsonObject;
        var meta = new JsonObject
        {
            ["versionId"] = version.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["lastUpdated"] = Instants.Format(lastUpdated),
            ["source"] = (string?)sent?["source"] + "#" + requestId,
        };
        foreach (var (name, value) in sent ?? [])
        {
            if (value is not null && name is "extension" or "id") meta[name] = value!.DeepClone();
        }

        foreach (var name in Kept)
        {
            var values = name == "profile" ? Distinct(sent?[name]) : Union(previous?["meta"]?[name], sent?[name]);
            if (values.Count > 0) meta[name] = values;
        }

        var stamped = new JsonObject { ["resourceType"] = (string?)resource["resourceType"], ["id"] = id, ["meta"] = meta };
        foreach (var (name, value) in resource)
        {
            if (!stamped.ContainsKey(name)) stamped[name] = value?.DeepClone();
        }

        return stamped;
    }

    /// <summary>Whether two stamped resources differ in nothing but version, time, source and the order of labels.</summary>
    public static bool SameContent(JsonObject left, JsonObject right) => Comparable(left) == Comparable(right);

    private static string Comparable(JsonObject stamped)
    {
        var copy = stamped.DeepClone().AsObject();
        var meta = copy["meta"]!.AsObject();
        meta.Remove("versionId");
        meta.Remove("lastUpdated");
        meta.Remove("source");
        return copy.ToJsonString();
    }

    private static JsonArray Union(JsonNode? stored, JsonNode? sent)
    {
        var all = Distinct(stored);
        foreach (var coding in sent as JsonArray ?? [])
        {
            if (!all.Any(known => SameCoding(known, coding))) all.Add(coding?.DeepClone());
        }

        return all;
    }

    private static JsonArray Distinct(JsonNode? values)
    {
        var distinct = new JsonArray();
        foreach (var value in values as JsonArray ?? [])
        {
            if (!distinct.Any(known => SameCoding(known, value))) distinct.Add(value?.DeepClone());
        }

        return distinct;
    }

    private static bool SameCoding(JsonNode? left, JsonNode? right) => left is JsonObject && right is JsonObject
        ? (string?)left["system"] == (string?)right["system"] && (string?)left["code"] == (string?)right["code"]
        : JsonNode.DeepEquals(left, right);
}
