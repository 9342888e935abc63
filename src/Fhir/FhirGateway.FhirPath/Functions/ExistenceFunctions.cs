using FhirGateway.FhirPath.Nodes;
using FhirGateway.FhirPath.Tree;

namespace FhirGateway.FhirPath.Functions;

/// <summary>Whether there is something (FHIRPath N1 §5.1).</summary>
internal static class ExistenceFunctions
{
    public static readonly Function[] All =
    [
        new("empty", 0, 0, (in Call call) => Collection.Of(call.Input.IsEmpty)),
        new("exists", 0, 1, (in Call call) => Collection.Of(call.ArgumentCount == 0 ? !call.Input.IsEmpty : Any(call))),
        new("all", 1, 1, (in Call call) => Collection.Of(EveryOne(call))),
        new("allTrue", 0, 0, (in Call call) => Collection.Of(!Has(call, false))),
        new("anyTrue", 0, 0, (in Call call) => Collection.Of(Has(call, true))),
        new("allFalse", 0, 0, (in Call call) => Collection.Of(!Has(call, true))),
        new("anyFalse", 0, 0, (in Call call) => Collection.Of(Has(call, false))),
        new("not", 0, 0, (in Call call) => Collection.Of(!Logic.Truth(call.Input, call.Evaluation, call.Offset))),
        new("subsetOf", 1, 1, (in Call call) => Collection.Of(IsSubset(call.Input, call.Argument(0), call))),
        new("supersetOf", 1, 1, (in Call call) => Collection.Of(IsSubset(call.Argument(0), call.Input, call))),
        new("count", 0, 0, (in Call call) => Collection.Of(call.Input.Count)),
        new("distinct", 0, 0, (in Call call) => Sets.Distinct(call.Input, call.Evaluation, call.Offset)),
        new(
            "isDistinct", 0, 0,
            (in Call call) => Collection.Of(Sets.Distinct(call.Input, call.Evaluation, call.Offset).Count == call.Input.Count)),
    ];

    private static bool Any(in Call call)
    {
        for (var i = 0; i < call.Input.Count; i++)
        {
            if (call.Holds(call.Input[i], i)) return true;
        }

        return false;
    }

    private static bool EveryOne(in Call call)
    {
        for (var i = 0; i < call.Input.Count; i++)
        {
            if (!call.Holds(call.Input[i], i)) return false;
        }

        return true;
    }

    private static bool Has(in Call call, bool sought)
    {
        call.Charge(call.Input.Count);
        var found = false;
        foreach (var item in call.Input)
        {
            if (item.Value is not bool value) throw call.Error($"Only booleans can be true or false, not {item.Type}");
            found |= value == sought;
        }

        return found;
    }

    private static bool IsSubset(Collection part, Collection whole, in Call call)
    {
        var set = Sets.SetOf(whole, call.Evaluation, call.Offset);
        foreach (var item in part)
        {
            if (!set.Contains(item)) return false;
        }

        return true;
    }
}
