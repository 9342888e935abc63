using FhirGateway.FhirPath.Nodes;
using FhirGateway.FhirPath.Tree;

namespace FhirGateway.FhirPath.Functions;

/// <summary>Parts of a collection (FHIRPath N1 §5.3).</summary>
internal static class SubsetFunctions
{
    public static readonly Function[] All =
    [
        new("single", 0, 0, (in Call call) => call.Single() is { } item ? Collection.Of(item) : Collection.Empty),
        new("first", 0, 0, (in Call call) => call.Input.Slice(0, 1)),
        new("last", 0, 0, (in Call call) => call.Input.Slice(call.Input.Count - 1, 1)),
        new("tail", 0, 0, (in Call call) => Part(call, 1, int.MaxValue)),
        new("skip", 1, 1, (in Call call) => Part(call, call.IntegerArgument(0) ?? 0, int.MaxValue)),
        new("take", 1, 1, (in Call call) => Part(call, 0, call.IntegerArgument(0) ?? 0)),
        new(
            "intersect", 1, 1,
            (in Call call) => Sets.Distinct(Shared(call, call.Argument(0), keepShared: true), call.Evaluation, call.Offset)),
        new("exclude", 1, 1, (in Call call) => Shared(call, call.Argument(0), keepShared: false)),
    ];

    private static Collection Part(in Call call, int start, int count)
    {
        var part = call.Input.Slice(start, count);
        call.Charge(part.Count);
        return part;
    }

    private static Collection Shared(in Call call, Collection other, bool keepShared)
    {
        var set = Sets.SetOf(other, call.Evaluation, call.Offset);
        var kept = new CollectionBuilder();
        foreach (var item in call.Input)
        {
            if (set.Contains(item) == keepShared) kept.Add(item);
        }

        return kept.ToCollection();
    }
}
