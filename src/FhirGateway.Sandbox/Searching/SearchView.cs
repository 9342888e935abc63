using System.Text.Json.Nodes;
using FhirGateway.FhirPath.Types;
using FhirGateway.Sandbox.Store;

namespace FhirGateway.Sandbox.Searching;

/// <summary>How much of each resource is shown: <c>_summary</c> and <c>_elements</c>.</summary>
internal sealed class SearchView
{
    public string? Summary { get; set; }

    public IReadOnlyList<string> Elements { get; set; } = [];

    public bool IsPartial => Summary is "true" or "text" or "data" || Elements.Count > 0;

    /// <summary>The tag of everything that is not shown whole.</summary>
    public static JsonObject Subsetted() => new()
    {
        ["system"] = "http://terminology.hl7.org/CodeSystem/v3-ObservationValue",
        ["code"] = "SUBSETTED",
        ["display"] = "Resource encoded in summary mode",
    };

    public JsonObject Show(ResourceVersion version)
    {
        var resource = version.Copy()!;
        if (!IsPartial) return resource;
        foreach (var name in resource.Select(member => member.Key).Where(name => !Keeps(version.Type, name)).ToList()) resource.Remove(name);
        var meta = resource["meta"]!.AsObject();
        var tags = meta["tag"] as JsonArray ?? [];
        meta["tag"] = tags.Parent is null ? tags : tags.DeepClone();
        meta["tag"]!.AsArray().Add((JsonNode)Subsetted());
        return resource;
    }

    private bool Keeps(string type, string name)
    {
        var element = name.TrimStart('_');
        if (element is "resourceType" or "id" or "meta") return true;
        if (Elements.Count > 0) return Elements.Contains(element) || Elements.Contains($"{type}.{element}");
        var definition = R4Types.Type(type)?.Elements.FirstOrDefault(known => IsNamed(known, type, element));
        return Summary switch
        {
            "true" => definition is { IsSummary: true },
            "text" => element == "text" || definition is { Min: > 0 },
            _ => element != "text",
        };
    }

    private static bool IsNamed(StructureElement known, string type, string element) => known.IsChoice
        ? known.Path == $"{type}.{known.Name}[x]" && element.StartsWith(known.Name, StringComparison.Ordinal)
        : known.Path == $"{type}.{element}";
}
