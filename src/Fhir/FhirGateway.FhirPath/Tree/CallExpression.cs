using FhirGateway.FhirPath.Functions;
using FhirGateway.FhirPath.Nodes;

namespace FhirGateway.FhirPath.Tree;

/// <summary>A function's call; without a target it works on <c>$this</c>.</summary>
internal sealed class CallExpression(Expression? target, Function function, Expression[] arguments, int offset)
    : Expression(offset, 1 + Math.Max(target?.Depth ?? 0, arguments.Length == 0 ? 0 : arguments.Max(argument => argument.Depth)))
{
    public Expression? Target => target;

    public Function Function => function;

    public IReadOnlyList<Expression> Arguments => arguments;

    public override Collection Evaluate(in Scope scope)
    {
        scope.Evaluation.Descend(Offset);
        var input = target is null ? scope.This : target.Evaluate(scope);
        return function.Body(new Call(scope, input, arguments, function.Name, Offset));
    }
}
