using FhirGateway.FhirPath.Nodes;

namespace FhirGateway.FhirPath.Tree;

/// <summary><c>is</c>, <c>as</c> (each as operator or function) and <c>ofType()</c>.</summary>
internal sealed class TypeExpression(Expression left, string operation, TypeSpecifier type, int offset) : Expression(offset, left.Depth + 1)
{
    public Expression Left => left;

    public string Operation => operation;

    public TypeSpecifier Specifier => type;

    public override Collection Evaluate(in Scope scope)
    {
        scope.Evaluation.Descend(Offset);
        var items = left.Evaluate(scope);
        if (items.IsEmpty) return items;
        scope.Evaluation.Charge(items.Count, Offset);
        if (operation == "ofType" || (operation == "as" && scope.Evaluation.Context.AsFiltersCollections)) return Select(items);
        if (items.Count > 1)
        {
            throw scope.Evaluation.Error(
                $"'{operation}' needs a single item, not {items.Count}: use ofType() or where($this is …)", Offset);
        }

        if (operation == "is") return Collection.Of(type.Includes(items[0].Type));
        return type.Selects(items[0].Type) ? items : Collection.Empty;
    }

    private Collection Select(Collection items)
    {
        var selected = new CollectionBuilder();
        foreach (var item in items)
        {
            if (type.Selects(item.Type)) selected.Add(item);
        }

        return selected.ToCollection();
    }
}
