using System.Text.Json.Nodes;
using FhirGateway.Sandbox.Store;
using Hl7.Fhir.Model;

namespace FhirGateway.Sandbox.Searching;

/// <summary>How much of each resource is shown: <c>_summary</c> and <c>_elements</c>.</summary>
internal sealed class SearchView
{
    public string? Summary { get; set; }

    public IReadOnlyList<string> Elements { get; set; } = [];

    public bool IsPartial => Summary is "true" or "text" or "data" || Elements.Count > 0;

    /// <summary>The tag of everything that is not shown whole.</summary>
    public static Coding Subsetted() =>
        new("http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "SUBSETTED", "Resource encoded in summary mode");

    public JsonObject Show(ResourceVersion version)
    {
        var resource = version.Copy()!;
        if (!IsPartial) return resource;
        foreach (var name in resource.Select(member => member.Key).Where(name => !Keeps(version.Type, name)).ToList())
        {
            resource.Remove(name);
        }
        var meta = resource["meta"]!.AsObject();
        if (meta["tag"] is not JsonArray tags) meta["tag"] = tags = [];
        var subsetted = Subsetted();
        tags.Add((JsonNode)new JsonObject { ["system"] = subsetted.System, ["code"] = subsetted.Code, ["display"] = subsetted.Display });
        return resource;
    }

    private bool Keeps(string type, string name)
    {
        var element = name.TrimStart('_');
        if (element is "resourceType" or "id" or "meta") return true;
        if (Elements.Count > 0) return Elements.Contains(element) || Elements.Contains($"{type}.{element}");
        var mapping = ModelInfo.ModelInspector.FindClassMapping(type);
        var definition = mapping?.FindMappedElementByName(element) ?? mapping?.FindMappedElementByChoiceName(element);
        return Summary switch
        {
            "true" => definition is { InSummary: true },
            "text" => element == "text" || definition is { IsMandatoryElement: true },
            _ => element != "text",
        };
    }
}
