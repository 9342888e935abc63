using System.Text.Json;

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
                    if (isText && member.NameEquals("div"u8)) Add(member.Value.GetString()!, anchors);
                    else if (isText && member.NameEquals("id"u8)) anchors.Add(member.Value.GetString()!);
                    else open.Push(member.Value);
                }
            }
        }

        return anchors;
    }

    private static void Add(string div, HashSet<string> anchors)
    {
        foreach (var attribute in (string[])[" id=\"", " name=\""])
        {
            for (var at = div.IndexOf(attribute, StringComparison.Ordinal); at >= 0; at = div.IndexOf(attribute, at + 1, StringComparison.Ordinal))
            {
                var start = at + attribute.Length;
                var end = div.IndexOf('"', start);
                if (end < 0) return;
                anchors.Add(div[start..end]);
            }
        }
    }
}
