using System.Text.Json;
using FhirGateway.FhirPath;
using FhirGateway.Validation.Instances;

namespace FhirGateway.Validation.Rules;

/// <summary>
/// dom-3: what is contained is referred to from the resource around it, or refers to that. As its FHIRPath says, but each
/// element is looked at once, not once for every contained resource; and as its words say, a narrative that shows or links to it
/// refers to it too, though FHIRPath can't see that.
/// </summary>
internal static class ContainedReferences
{
    private const int NodeCost = 8;
    private const int CharactersPerStep = 8;

    public static bool Hold(Focus resource, RuleRun run)
    {
        if (!resource.Json.TryGetProperty("contained"u8, out var contained) || contained.ValueKind != JsonValueKind.Array) return true;
        var referred = Local(resource.Node, resource, run);
        foreach (var inner in resource.Node.Children("contained"))
        {
            if (inner.Children("id") is not [{ Value: string id }] || referred.Contains("#" + id)) continue;
            if (!Local(inner, resource, run).Contains("#")) return false;
        }

        return true;
    }

    // The '#…' that elements below a resource hold where they refer to something.
    private static HashSet<string> Local(FhirNode resource, Focus focus, RuleRun run)
    {
        var local = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<FhirNode>(resource.Children());
        while (open.TryPop(out var node))
        {
            run.Charge(NodeCost, focus);
            if (node.Type.Name == "xhtml") AddLinks(node, focus, local, run);
            else if (IsReference(node, resource) && node.Value is string text && text.StartsWith('#')) local.Add(text);
            foreach (var child in node.Children()) open.Push(child);
        }

        return local;
    }

    private static void AddLinks(FhirNode narrative, Focus focus, HashSet<string> local, RuleRun run)
    {
        if (narrative.Value is not string div) return;
        run.Charge(div.Length / CharactersPerStep, focus);
        foreach (var link in NarrativeXhtml.Read(div).LocalLinks) local.Add("#" + link);
    }

    private static bool IsReference(FhirNode node, FhirNode resource) =>
        node.Type.Name is "canonical" or "uri" or "url" || node.Name == "reference" && !ReferenceEquals(node.Parent, resource);
}
