using FhirGateway.FhirPath.Nodes;

namespace FhirGateway.FhirPath.Tree;

/// <summary>The binary operators by sign.</summary>
internal static class BinaryOperations
{
    private static readonly Dictionary<string, BinaryOperation> BySign = new(StringComparer.Ordinal)
    {
        ["+"] = Arithmetic.Add,
        ["-"] = Arithmetic.Subtract,
        ["*"] = Arithmetic.Multiply,
        ["/"] = Arithmetic.Divide,
        ["div"] = Arithmetic.DivideWhole,
        ["mod"] = Arithmetic.Remainder,
        ["&"] = Concatenate,
        ["|"] = Union,
        ["="] = (BinaryExpression it, in Scope scope) => Collection.Of(
            Equality.AreEqual(it.Left.Evaluate(scope), it.Right.Evaluate(scope), scope.Evaluation, it.Offset)),
        ["!="] = (BinaryExpression it, in Scope scope) => Collection.Of(
            !Equality.AreEqual(it.Left.Evaluate(scope), it.Right.Evaluate(scope), scope.Evaluation, it.Offset)),
        ["~"] = (BinaryExpression it, in Scope scope) => Collection.Of(
            Equality.AreEquivalent(it.Left.Evaluate(scope), it.Right.Evaluate(scope), scope.Evaluation, it.Offset)),
        ["!~"] = (BinaryExpression it, in Scope scope) => Collection.Of(
            !Equality.AreEquivalent(it.Left.Evaluate(scope), it.Right.Evaluate(scope), scope.Evaluation, it.Offset)),
        ["<"] = (BinaryExpression it, in Scope scope) => Compare(it, scope, order => order < 0),
        ["<="] = (BinaryExpression it, in Scope scope) => Compare(it, scope, order => order <= 0),
        [">"] = (BinaryExpression it, in Scope scope) => Compare(it, scope, order => order > 0),
        [">="] = (BinaryExpression it, in Scope scope) => Compare(it, scope, order => order >= 0),
        ["in"] = (BinaryExpression it, in Scope scope) => Membership(it.Left.Evaluate(scope), it.Right.Evaluate(scope), it, scope),
        ["contains"] = (BinaryExpression it, in Scope scope) => Membership(it.Right.Evaluate(scope), it.Left.Evaluate(scope), it, scope),
        ["and"] = Logic.And,
        ["or"] = Logic.Or,
        ["xor"] = Logic.Xor,
        ["implies"] = Logic.Implies,
    };

    public static BinaryOperation Find(string sign) => BySign[sign];

    private static Collection Union(BinaryExpression it, in Scope scope) =>
        Sets.Union(it.Left.Evaluate(scope), it.Right.Evaluate(scope), scope.Evaluation, it.Offset);

    private static Collection Concatenate(BinaryExpression it, in Scope scope)
    {
        var left = Text(it.Left.Evaluate(scope), it, scope);
        var right = Text(it.Right.Evaluate(scope), it, scope);
        scope.Evaluation.ChargeText((long)left.Length + right.Length, it.Offset);
        return Collection.Of(left + right);
    }

    private static string Text(Collection items, BinaryExpression it, in Scope scope)
    {
        if (items.IsEmpty) return "";
        if (items.Count == 1 && scope.Evaluation.Value(items[0], it.Offset) is string text) return text;
        throw scope.Evaluation.Error("'&' joins single strings", it.Offset);
    }

    private static Collection Compare(BinaryExpression it, in Scope scope, Func<int, bool> holds)
    {
        var left = it.Left.Evaluate(scope);
        var right = it.Right.Evaluate(scope);
        if (left.IsEmpty || right.IsEmpty) return Collection.Empty;
        if (left.Count > 1 || right.Count > 1) throw scope.Evaluation.Error($"'{it.Sign}' compares single items", it.Offset);
        var order = Ordering.Compare(left[0], right[0], scope.Evaluation, it.Offset);
        return order is { } known ? Collection.Of(holds(known)) : Collection.Empty;
    }

    private static Collection Membership(Collection item, Collection items, BinaryExpression it, in Scope scope)
    {
        if (item.IsEmpty) return Collection.Empty;
        if (item.Count > 1) throw scope.Evaluation.Error($"'{it.Sign}' looks for a single item", it.Offset);
        return Collection.Of(Sets.Contains(items, item[0], scope.Evaluation, it.Offset));
    }
}
