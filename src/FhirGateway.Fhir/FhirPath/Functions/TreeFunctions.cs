using FhirGateway.Fhir.FhirPath.Nodes;

namespace FhirGateway.Fhir.FhirPath.Functions;

/// <summary>Navigation of the tree (FHIRPath N1 §5.8).</summary>
internal static class TreeFunctions
{
    public static readonly Function[] All =
    [
        new("children", 0, 0, (in Call call) => Children(call)),
        new("descendants", 0, 0, (in Call call) => Descendants(call)),
    ];

    private static Collection Children(in Call call)
    {
        var children = new CollectionBuilder();
        foreach (var item in call.Input) AddChildren(item, ref children);
        call.Charge(children.Count);
        return children.ToCollection();
    }

    private static Collection Descendants(in Call call)
    {
        var found = new List<FhirNode>();
        foreach (var item in call.Input) AddDescendants(item, found, call);
        return Collection.Of(found.ToArray());
    }

    // As deep as the JSON, whose reader has a limit of its own.
    private static void AddDescendants(FhirNode item, List<FhirNode> found, in Call call)
    {
        var children = new CollectionBuilder();
        AddChildren(item, ref children);
        call.Charge(1 + children.Count);
        foreach (var child in children.ToCollection())
        {
            found.Add(child);
            AddDescendants(child, found, call);
        }
    }

    private static void AddChildren(FhirNode item, ref CollectionBuilder into)
    {
        if (item is ElementNode element) element.AddAllChildren(ref into);
        else foreach (var child in item.Children()) into.Add(child);
    }
}
