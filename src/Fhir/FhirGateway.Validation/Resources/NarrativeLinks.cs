using System.Text.Json;
using FhirGateway.Validation.Walking;

namespace FhirGateway.Validation.Resources;

/// <summary>Links inside narratives: <c>href="#x"</c> needs an anchor x in a narrative of the same resource or bundle, or a contained resource x.</summary>
internal static class NarrativeLinks
{
    private const string Local = "href=\"#";

    public static void Check(Focus narrative, string div, ValidationRun run)
    {
        for (var at = div.IndexOf(Local, StringComparison.Ordinal); at >= 0; at = div.IndexOf(Local, at + 1, StringComparison.Ordinal))
        {
            var start = at + Local.Length;
            var end = div.IndexOf('"', start);
            if (end < 0) return;
            var target = div[start..end];
            if (target.Length == 0) continue;
            if (!run.Anchors.Contains(target)) run.Error("invalid", $"The link to '#{Words.Shown(target)}' leads nowhere: nothing in the text has that id.", narrative, narrative.Shape, "narrative-link");
        }
    }

    /// <summary>What links can lead to, in all of an instance.</summary>
    public static HashSet<string> Anchors(JsonElement root)
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
                    if (member.NameEquals("div"u8) && member.Value.ValueKind == JsonValueKind.String) AddAnchors(member.Value.GetString()!, anchors);
                    else if (member.NameEquals("id"u8) && member.Value.ValueKind == JsonValueKind.String) anchors.Add(member.Value.GetString()!);
                    else open.Push(member.Value);
                }
            }
        }

        return anchors;
    }

    private static void AddAnchors(string div, HashSet<string> anchors)
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
