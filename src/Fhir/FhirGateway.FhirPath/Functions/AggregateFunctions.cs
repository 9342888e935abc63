using FhirGateway.FhirPath.Nodes;
using FhirGateway.FhirPath.Tree;

namespace FhirGateway.FhirPath.Functions;

/// <summary>Makes one item of many (FHIRPath N1 §7).</summary>
internal static class AggregateFunctions
{
    public static readonly Function[] All =
    [
        new("aggregate", 1, 2, Aggregate),
        new("sum", 0, 0, (in Call call) => Sum(call)),
        new("avg", 0, 0, (in Call call) => Sum(call) is { IsEmpty: false } sum ? Quotient(sum, call) : Collection.Empty),
        new("min", 0, 0, (in Call call) => Extreme(call, sign: -1)),
        new("max", 0, 0, (in Call call) => Extreme(call, sign: 1)),
    ];

    private static readonly BinaryExpression Addition = TotalAndThis("+");
    private static readonly BinaryExpression Division = TotalAndThis("/");

    private static Collection Aggregate(in Call call)
    {
        var total = call.ArgumentCount == 2 ? call.Argument(1) : Collection.Empty;
        for (var i = 0; i < call.Input.Count; i++)
        {
            call.Charge(1);
            total = call.Arguments[0].Evaluate(call.Scope.WithTotal(call.Input[i], i, total));
        }

        return total;
    }

    private static Collection Sum(in Call call)
    {
        var sum = call.Input.Slice(0, 1);
        for (var i = 1; i < call.Input.Count; i++) sum = Addition.Evaluate(call.Scope.WithTotal(call.Input[i], i, sum));
        return sum;
    }

    private static Collection Quotient(Collection sum, in Call call) =>
        Division.Evaluate(call.Scope.WithTotal(ValueNode.Of(call.Input.Count), 0, sum));

    private static BinaryExpression TotalAndThis(string sign) =>
        new(sign, new VariableExpression(ScopeVariable.Total, 0), new VariableExpression(ScopeVariable.This, 0), 0);

    private static Collection Extreme(in Call call, int sign)
    {
        if (call.Input.IsEmpty) return Collection.Empty;
        var extreme = call.Input[0];
        for (var i = 1; i < call.Input.Count; i++)
        {
            if (Ordering.Compare(call.Input[i], extreme, call.Evaluation, call.Offset) is not { } order) return Collection.Empty;
            if (Math.Sign(order) == sign) extreme = call.Input[i];
        }

        return Collection.Of(extreme);
    }
}
