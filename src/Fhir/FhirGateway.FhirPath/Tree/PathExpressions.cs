using FhirGateway.FhirPath.Nodes;
using FhirGateway.FhirPath.Types;

namespace FhirGateway.FhirPath.Tree;

/// <summary>A name at the start of a path: the type of <c>$this</c> (<c>Patient.name</c>), or a child of it (<c>name</c>).</summary>
internal sealed class RootExpression(string name, int offset) : Expression(offset, 1)
{
    public string Name => name;

    public override Collection Evaluate(in Scope scope)
    {
        scope.Evaluation.Charge(1, Offset);
        var focus = scope.This;
        if (char.IsAsciiLetterUpper(name[0]) && focus.Count == 1 && focus[0] is ElementNode element && IsTypeOf(element)) return focus;
        var found = new CollectionBuilder();
        foreach (var item in focus) scope.Evaluation.AddChildren(item, name, ref found, Offset);
        return found.ToCollection();
    }

    // "Resource.id" and "DomainResource.text" hold for every resource that is one (search parameters use them).
    private bool IsTypeOf(ElementNode element) =>
        element.Model.Name == name || R4Types.IsSubtypeOf(element.Model.Name, name);
}

/// <summary>A child by name: <c>left.name</c>.</summary>
internal sealed class MemberExpression(Expression left, string name, int offset) : Expression(offset, left.Depth + 1)
{
    public Expression Left => left;

    public string Name => name;

    public override Collection Evaluate(in Scope scope)
    {
        scope.Evaluation.Descend(Offset);
        var items = left.Evaluate(scope);
        var found = new CollectionBuilder();
        foreach (var item in items) scope.Evaluation.AddChildren(item, name, ref found, Offset);
        return found.ToCollection();
    }
}

/// <summary><c>left[index]</c>.</summary>
internal sealed class IndexExpression(
    Expression left, Expression index, int offset) : Expression(offset, Math.Max(left.Depth, index.Depth) + 1)
{
    public Expression Left => left;

    public Expression Index => index;

    public override Collection Evaluate(in Scope scope)
    {
        scope.Evaluation.Descend(Offset);
        var items = left.Evaluate(scope);
        var place = index.Evaluate(scope);
        if (place.IsEmpty) return Collection.Empty;
        if (place.Count != 1 || place[0].Value is not int number) throw scope.Evaluation.Error("An index must be one Integer", Offset);
        return number < 0 ? Collection.Empty : items.Slice(number, 1);
    }
}

internal enum ScopeVariable
{
    This,
    Index,
    Total,
}

/// <summary><c>$this</c>, <c>$index</c>, <c>$total</c>.</summary>
internal sealed class VariableExpression(ScopeVariable variable, int offset) : Expression(offset, 1)
{
    public ScopeVariable Variable => variable;

    public override Collection Evaluate(in Scope scope) => variable switch
    {
        ScopeVariable.This => scope.This,
        ScopeVariable.Total => scope.Total,
        _ => scope.Index < 0 ? Collection.Empty : Collection.Of(scope.Index),
    };
}
