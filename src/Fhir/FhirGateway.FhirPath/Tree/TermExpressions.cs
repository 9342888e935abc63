using FhirGateway.FhirPath.Nodes;
using FhirGateway.FhirPath.Values;

namespace FhirGateway.FhirPath.Tree;

/// <summary>A literal value.</summary>
internal sealed class LiteralExpression(ValueNode value, int offset) : Expression(offset, 1)
{
    private readonly Collection _value = Collection.Of(value);

    public ValueNode Literal => value;

    public override Collection Evaluate(in Scope scope) => _value;
}

/// <summary><c>{}</c>.</summary>
internal sealed class EmptyExpression(int offset) : Expression(offset, 1)
{
    public override Collection Evaluate(in Scope scope) => Collection.Empty;
}

/// <summary>A constant of the environment: <c>%resource</c>, <c>%ucum</c>, <c>%`vs-name`</c>, or one of the context's own.</summary>
internal sealed class ConstantExpression(string name, int offset) : Expression(offset, 1)
{
    public string Name => name;

    public override Collection Evaluate(in Scope scope)
    {
        if (scope.Variables?.Find(name) is { } variable) return variable;
        return Of(name, scope.Evaluation, Offset) ?? throw scope.Evaluation.Error($"There is no %{name}", Offset);
    }

    /// <summary>What the environment or the caller gives; null when neither does.</summary>
    public static Collection? Of(string name, Evaluation evaluation, int offset)
    {
        var context = evaluation.Context;
        if (context.Variables.TryGetValue(name, out var nodes))
        {
            evaluation.Charge(nodes.Count, offset);
            return Collection.Of(nodes.ToArray());
        }

        var focus = evaluation.Focus;
        return name switch
        {
            "context" => Of(focus),
            "resource" => Of(context.Resource ?? focus?.Resource ?? focus),
            "rootResource" => Of(context.RootResource ?? context.Resource?.RootResource ?? focus?.RootResource ?? focus),
            "ucum" => Collection.Of("http://unitsofmeasure.org"),
            "sct" => Collection.Of("http://snomed.info/sct"),
            "loinc" => Collection.Of("http://loinc.org"),
            _ when name.StartsWith("vs-", StringComparison.Ordinal) => Collection.Of("http://hl7.org/fhir/ValueSet/" + name[3..]),
            _ when name.StartsWith("ext-", StringComparison.Ordinal) =>
                Collection.Of("http://hl7.org/fhir/StructureDefinition/" + name[4..]),
            _ => null,
        };
    }

    private static Collection Of(FhirNode? node) => node is null ? Collection.Empty : Collection.Of(node);
}

/// <summary>A sign before a number or quantity.</summary>
internal sealed class SignExpression(bool negative, Expression operand, int offset) : Expression(offset, operand.Depth + 1)
{
    /// <summary>The literal after <c>-</c> in the least Long, as a decimal: it is one more than the greatest Long.</summary>
    internal const decimal LeastLong = 9223372036854775808m;

    public bool IsNegative => negative;

    public Expression Operand => operand;

    public override Collection Evaluate(in Scope scope)
    {
        scope.Evaluation.Descend(Offset);
        var items = operand.Evaluate(scope);
        if (items.IsEmpty) return items;
        var value = items.Count == 1 ? scope.Evaluation.Value(items[0], Offset) : null;
        return value switch
        {
            int number => negative ? Negated(number) : Collection.Of(number),
            long number => negative ? Negated(number) : Collection.Of(ValueNode.Of(number)),
            // The literal 2147483648 is a decimal only because its sign was not read yet.
            2147483648m when negative => Collection.Of(int.MinValue),
            LeastLong when negative => Collection.Of(ValueNode.Of(long.MinValue)),
            decimal number => Collection.Of(negative ? -number : number),
            WideNumber number => Collection.Of(ValueNode.OfValue(negative ? number.Negate() : number)),
            Quantity quantity => Collection.Of(ValueNode.Of(negative ? quantity.Negate() : quantity)),
            _ => throw scope.Evaluation.Error("A sign needs one number or quantity behind it", Offset),
        };
    }

    private static Collection Negated(long number) =>
        number == long.MinValue ? Collection.Empty : Collection.Of(ValueNode.Of(-number));

    private static Collection Negated(int number) => number == int.MinValue ? Collection.Empty : Collection.Of(-number);
}
