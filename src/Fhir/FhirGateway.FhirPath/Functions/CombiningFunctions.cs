using FhirGateway.FhirPath.Nodes;
using FhirGateway.FhirPath.Tree;

namespace FhirGateway.FhirPath.Functions;

/// <summary>Combines two collections (FHIRPath N1 §5.4).</summary>
internal static class CombiningFunctions
{
    public static readonly Function[] All =
    [
        new("union", 1, 1, (in Call call) => Sets.Union(call.Input, call.Argument(0), call.Evaluation, call.Offset)),
        new("combine", 1, 2, Combine),
    ];

    private static Collection Combine(in Call call)
    {
        var other = call.Argument(0);
        call.Charge((long)call.Input.Count + other.Count);
        var all = new CollectionBuilder();
        all.AddRange(call.Input);
        all.AddRange(other);
        return all.ToCollection();
    }
}
