using FhirGateway.FhirPath.Nodes;
using FhirGateway.FhirPath.Tree;
using FhirGateway.FhirPath.Values;

namespace FhirGateway.FhirPath.Functions;

/// <summary>Choice, time, types and tracing (FHIRPath N1 §5.5.1, §5.9, §6.3).</summary>
internal static class UtilityFunctions
{
    /// <summary>The function whose variables an operand keeps to itself.</summary>
    public const string DefineVariable = "defineVariable";

    public static readonly Function[] All =
    [
        new("iif", 2, 3, Choose),
        new("trace", 1, 2, Trace),
        new("type", 0, 0, TypeOf),
        new("now", 0, 0, (in Call call) => Collection.Of(ValueNode.Of(Now(call)))),
        new(
            "today", 0, 0,
            (in Call call) => Collection.Of(ValueNode.Of(new Temporal(TemporalKind.Date, TemporalPrecision.Day, Now(call).Clock.Date)))),
        new("timeOfDay", 0, 0, (in Call call) => Collection.Of(ValueNode.Of(TimeOfDay(Now(call))))),
        new("comparable", 1, 1, Comparable),
        new(DefineVariable, 1, 2, Define),
        new("coalesce", 1, int.MaxValue, Coalesce),
    ];

    private static Collection Define(in Call call)
    {
        if (call.TextArgument(0) is not { } name) throw call.Error("defineVariable() needs a name");
        var variables = call.Scope.Variables!;
        if (variables.Find(name) is not null || ConstantExpression.Of(name, call.Evaluation, call.Offset) is not null)
        {
            throw call.Error($"%{name} is defined already");
        }

        variables.Define(name, call.ArgumentCount == 2 ? call.Arguments[1].Evaluate(call.Scope.On(call.Input)) : call.Input);
        return call.Input;
    }

    // What comes after the first that is not empty is not evaluated.
    private static Collection Coalesce(in Call call)
    {
        for (var i = 0; i < call.ArgumentCount; i++)
        {
            if (call.Argument(i) is { IsEmpty: false } found) return found;
        }

        return Collection.Empty;
    }

    // Only the branch that is chosen is evaluated.
    private static Collection Choose(in Call call)
    {
        if (call.Input.Count > 1) throw call.Error($"iif() works on a single item, not on {call.Input.Count}");
        var scope = call.Scope.On(call.Input);
        var condition = Logic.Truth(call.Arguments[0].Evaluate(scope), call.Evaluation, call.Arguments[0].Offset);
        if (condition == true) return call.Arguments[1].Evaluate(scope);
        return call.ArgumentCount == 3 ? call.Arguments[2].Evaluate(scope) : Collection.Empty;
    }

    private static Collection Trace(in Call call)
    {
        var name = call.TextArgument(0) ?? "";
        if (call.Evaluation.Context.Trace is not { } trace) return call.Input;
        var shown = call.Input;
        if (call.ArgumentCount == 2)
        {
            var projected = new CollectionBuilder();
            for (var i = 0; i < call.Input.Count; i++) projected.AddRange(call.ArgumentFor(call.Input[i], i, index: 1));
            shown = projected.ToCollection();
        }

        trace(name, shown.ToList());
        return call.Input;
    }

    private static Collection TypeOf(in Call call)
    {
        call.Charge((long)call.Input.Count * Evaluation.NodeCost);
        var types = new CollectionBuilder();
        foreach (var item in call.Input) types.Add(new TypeInfoNode(item.Type));
        return types.ToCollection();
    }

    private static Temporal Now(in Call call)
    {
        var now = call.Evaluation.Now(call.Offset);
        var clock = new DateTime(now.Ticks - (now.Ticks % TimeSpan.TicksPerMillisecond), DateTimeKind.Unspecified);
        return new Temporal(TemporalKind.DateTime, TemporalPrecision.Fraction, clock, 3, (int)now.Offset.TotalMinutes);
    }

    private static Temporal TimeOfDay(Temporal now) =>
        new(TemporalKind.Time, TemporalPrecision.Fraction, DateTime.MinValue + now.Clock.TimeOfDay, 3);

    private static Collection Comparable(in Call call)
    {
        if (call.SingleValue() is not { } left || call.SingleArgument(0) is not { } argument || call.Value(argument) is not { } right)
        {
            return Collection.Empty;
        }

        return Collection.Of(Equality.Quantities(left, right) is var (a, b) && Ucum.QuantityMath.AreComparable(a, b));
    }
}
