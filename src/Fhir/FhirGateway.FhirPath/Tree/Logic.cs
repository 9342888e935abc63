using FhirGateway.FhirPath.Nodes;

namespace FhirGateway.FhirPath.Tree;

/// <summary>Three-valued logic (FHIRPath N1 §6.5). The right side is not evaluated when the left one decides.</summary>
internal static class Logic
{
    public static Collection And(BinaryExpression it, in Scope scope)
    {
        var left = Truth(it.Left.Evaluate(scope), scope.Evaluation, it.Left.Offset);
        if (left == false) return Collection.False;
        var right = Truth(it.Right.Evaluate(scope), scope.Evaluation, it.Right.Offset);
        return Collection.Of(right == false ? false : left & right);
    }

    public static Collection Or(BinaryExpression it, in Scope scope)
    {
        var left = Truth(it.Left.Evaluate(scope), scope.Evaluation, it.Left.Offset);
        if (left == true) return Collection.True;
        var right = Truth(it.Right.Evaluate(scope), scope.Evaluation, it.Right.Offset);
        return Collection.Of(right == true ? true : left | right);
    }

    public static Collection Xor(BinaryExpression it, in Scope scope) => Collection.Of(
        Truth(it.Left.Evaluate(scope), scope.Evaluation, it.Left.Offset) ^ Truth(
            it.Right.Evaluate(scope), scope.Evaluation, it.Right.Offset));

    public static Collection Implies(BinaryExpression it, in Scope scope)
    {
        var left = Truth(it.Left.Evaluate(scope), scope.Evaluation, it.Left.Offset);
        if (left == false) return Collection.True;
        var right = Truth(it.Right.Evaluate(scope), scope.Evaluation, it.Right.Offset);
        return Collection.Of(right == true ? true : left is null ? null : right);
    }

    /// <summary>Singleton evaluation: one boolean is itself, one item of any other type counts as true, none is unknown.</summary>
    /// <exception cref="FhirPathException">Several items.</exception>
    public static bool? Truth(Collection items, Evaluation evaluation, int offset) => items.Count switch
    {
        0 => null,
        // Only primitives have a value that can be false; a Quantity's need not be read.
        1 => items[0] is ElementNode { Model.IsPrimitive: false } || evaluation.Value(items[0], offset) is not bool value || value,
        _ when evaluation.Context.SeveralItemsAreTrue && NoneIsBoolean(items, evaluation, offset) => true,
        var count => throw evaluation.Error($"A condition must be a single item, not {count}", offset),
    };

    private static bool NoneIsBoolean(Collection items, Evaluation evaluation, int offset)
    {
        evaluation.Charge(items.Count, offset);
        foreach (var item in items)
        {
            if (item.Type.Name is "boolean" or "Boolean") return false;
        }

        return true;
    }
}
