using FhirGateway.FhirPath.Nodes;

namespace FhirGateway.FhirPath.Tree;

/// <summary>An operator between two expressions.</summary>
internal sealed class BinaryExpression : Expression
{
    private readonly BinaryOperation _operation;

    public BinaryExpression(string sign, Expression left, Expression right, int offset)
        : base(offset, Math.Max(left.Depth, right.Depth) + 1)
    {
        Sign = sign;
        Left = left;
        Right = right;
        _operation = BinaryOperations.Find(sign);
    }

    public string Sign { get; }

    public Expression Left { get; }

    public Expression Right { get; }

    public override Collection Evaluate(in Scope scope)
    {
        scope.Evaluation.Descend(Offset);
        return _operation(this, scope);
    }
}

/// <summary>How an operator is evaluated; it evaluates its sides itself, so that logic can leave one out.</summary>
internal delegate Collection BinaryOperation(BinaryExpression expression, in Scope scope);
