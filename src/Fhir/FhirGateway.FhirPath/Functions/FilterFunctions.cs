using FhirGateway.FhirPath.Nodes;
using FhirGateway.FhirPath.Tree;

namespace FhirGateway.FhirPath.Functions;

/// <summary>Filtering and projection (FHIRPath N1 §5.2), and sorting.</summary>
internal static class FilterFunctions
{
    public static readonly Function[] All =
    [
        new("where", 1, 1, Where),
        new("select", 1, 1, Select),
        new("repeat", 1, 1, Repeat),
        new("sort", 0, int.MaxValue, Sort),
    ];

    private static Collection Where(in Call call)
    {
        var kept = new CollectionBuilder();
        for (var i = 0; i < call.Input.Count; i++)
        {
            if (call.Holds(call.Input[i], i)) kept.Add(call.Input[i]);
        }

        return kept.Count == call.Input.Count ? call.Input : kept.ToCollection();
    }

    private static Collection Select(in Call call)
    {
        var selected = new CollectionBuilder();
        for (var i = 0; i < call.Input.Count; i++)
        {
            var projected = call.ArgumentFor(call.Input[i], i);
            call.Charge(projected.Count);
            selected.AddRange(projected);
        }

        return selected.ToCollection();
    }

    // What equals something found before is not visited again (N1 §5.2.3), so a projection that returns to itself ends.
    private static Collection Repeat(in Call call)
    {
        var known = new ItemSet(int.MaxValue, call.Evaluation, call.Offset);
        var found = new List<FhirNode>();
        var queue = new Queue<FhirNode>(call.Input.ToList());
        while (queue.TryDequeue(out var item))
        {
            foreach (var next in call.ArgumentFor(item, 0))
            {
                if (!known.Add(next)) continue;
                found.Add(next);
                queue.Enqueue(next);
            }
        }

        return Collection.Of(found.ToArray());
    }

    private static Collection Sort(in Call call)
    {
        // A minus before a key reverses the order, even before a string, where it is not arithmetic.
        (Expression Key, bool Descending)[] keys = call.Arguments.Length == 0
            ? [(new VariableExpression(ScopeVariable.This, call.Offset), false)]
            : [.. call.Arguments.Select(
                argument => argument is SignExpression { IsNegative: true } sign ? (sign.Operand, true) : (argument, false))];
        var items = new (FhirNode Item, FhirNode?[] Keys)[call.Input.Count];
        for (var i = 0; i < call.Input.Count; i++)
        {
            call.Charge(1 + keys.Length);
            var scope = call.Scope.At(call.Input[i], i);
            var values = new FhirNode?[keys.Length];
            for (var k = 0; k < keys.Length; k++)
            {
                var value = keys[k].Key.Evaluate(scope);
                if (value.Count > 1) throw call.Error("sort() needs a single item per key");
                values[k] = value.IsEmpty ? null : value[0];
            }

            items[i] = (call.Input[i], values);
        }

        var evaluation = call.Evaluation;
        var offset = call.Offset;
        StableSort.Sort(items, (left, right) =>
        {
            for (var k = 0; k < keys.Length; k++)
            {
                var order = Compare(left.Keys[k], right.Keys[k], keys[k].Descending, evaluation, offset);
                if (order != 0) return order;
            }

            return 0;
        });
        return Collection.Of(items.Select(pair => pair.Item).ToArray());
    }

    // An absent key sorts first in either direction, as in the suite's only case with one.
    private static int Compare(FhirNode? left, FhirNode? right, bool descending, Evaluation evaluation, int offset)
    {
        evaluation.Charge(1, offset);
        if (left is null || right is null) return (left is null ? 0 : 1) - (right is null ? 0 : 1);
        var order = Ordering.Compare(left, right, evaluation, offset) ?? 0;
        return descending ? -order : order;
    }
}
