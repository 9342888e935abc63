using System.Text.Json;
using FhirGateway.FhirPath;

namespace FhirGateway.Validation.Instances;

/// <summary>What links inside narratives can lead to: the ids and names in narratives, and the ids of elements and resources.</summary>
internal static class NarrativeAnchors
{
    /// <summary>The ids in all of an instance.</summary>
    public static HashSet<string> Of(JsonElement root)
    {
        var anchors = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<JsonElement>([root]);
        while (open.TryPop(out var json))
        {
            if (json.ValueKind == JsonValueKind.Array)
            {
                foreach (var item in json.EnumerateArray()) open.Push(item);
            }
            else if (json.ValueKind == JsonValueKind.Object)
            {
                foreach (var member in json.EnumerateObject())
                {
                    var isText = member.Value.ValueKind == JsonValueKind.String;
                    if (isText && member.NameEquals("div"u8)) anchors.UnionWith(NarrativeXhtml.Read(member.Value.GetString()!).Anchors);
                    else if (isText && member.NameEquals("id"u8)) anchors.Add(member.Value.GetString()!);
                    else open.Push(member.Value);
                }
            }
        }

        return anchors;
    }
}
