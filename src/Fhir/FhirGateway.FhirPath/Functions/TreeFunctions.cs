using FhirGateway.FhirPath.Nodes;

namespace FhirGateway.FhirPath.Functions;

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
        foreach (var item in call.Input) children.AddRange(call.Evaluation.Children(item, call.Offset));
        return children.ToCollection();
    }

    private static Collection Descendants(in Call call)
    {
        var found = new List<FhirNode>();
        // Not by recursion: JSON may nest deeper than a stack can.
        var open = new Stack<FhirNode>();
        foreach (var item in call.Input)
        {
            Open(item, open, call);
            while (open.TryPop(out var next))
            {
                found.Add(next);
                Open(next, open, call);
            }
        }

        return Collection.Of(found.ToArray());
    }

    // The last is pushed first, so that the first is on top: an element is followed by all below it.
    private static void Open(FhirNode item, Stack<FhirNode> open, in Call call)
    {
        var children = call.Evaluation.Children(item, call.Offset);
        for (var i = children.Count - 1; i >= 0; i--) open.Push(children[i]);
    }
}
